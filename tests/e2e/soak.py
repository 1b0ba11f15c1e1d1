#!/usr/bin/env python3
"""A soak: mixed traffic for minutes, and memory and descriptors afterwards as at the beginning.

Bodies of all sizes, refusals, aborts and garbage, over and over on one instance; run by hand
(.ci/long). Growth after the first rounds is a leak.
"""

import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import bodies  # noqa: E402
from rig.standalone import run_with_rig  # noqa: E402
from rig.gateway import CRAWLER  # noqa: E402
from rig.wire import request  # noqa: E402

ALLOWED_GROWTH = 16 * 1024  # KiB


def round_of(gate, number):
    """One round of everything; the complaints."""
    complaints = []
    client = gate.client(timeout=60)
    for i in range(number * 20, number * 20 + 20):
        complaint = bodies.exchange(client, i + len(bodies.BORDERS), "soak")
        if complaint:
            complaints.append(complaint)
        client.close()
        client = gate.client(timeout=60)
    for i in range(50):
        if gate.ask("/1/length/1", agent=CRAWLER).status != 403:
            complaints.append("a crawler was let in")
        aborted = gate.client()
        aborted.send([request("/1000000/length/1"), b"GET / HT", b"\0\1\2"][i % 3])
        aborted.reset()
    client.close()
    return complaints


def soak(rig, minutes):
    """What went wrong in so many minutes."""
    complaints, rounds, settled = [], 0, None
    end = time.monotonic() + minutes * 60
    gate = rig.turnpike(origin=rig.origin(bodies.origin_script))
    while time.monotonic() < end and not complaints:
        complaints += round_of(gate, rounds)
        rounds += 1
        if rounds == 5:
            settled = gate.process.memory("VmRSS"), gate.process.open_files()
    time.sleep(2)
    memory, files = gate.process.memory("VmRSS"), gate.process.open_files()
    print(f"{rounds} rounds; KiB and descriptors {settled} -> {(memory, files)}")
    if settled is None:
        complaints.append("too short: five rounds did not fit")
    elif memory > settled[0] + ALLOWED_GROWTH or files > settled[1] + 64:
        complaints.append("it grows")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="build/release/turnpike")
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    return run_with_rig(options.binary, lambda rig: (1, soak(rig, options.minutes)))


if __name__ == "__main__":
    sys.exit(main())
