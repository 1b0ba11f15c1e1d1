#!/usr/bin/env python3
"""Reloads under load: good and broken configurations in turn while clients never stop asking.

No request may fail, each answer is that of a configuration that was whole, and in the end there is
no more memory and no more descriptors than at the beginning. ./test does some of it; the thousand
are run by hand (.ci/long).
"""

import argparse
import pathlib
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from rig.standalone import run_with_rig  # noqa: E402
from rig.gateway import BROWSER, CRAWLER  # noqa: E402
from rig.wire import Broken, request  # noqa: E402

ALLOWED_GROWTH = 8 * 1024  # KiB
SITES = 20

SITE = """version: 1
site: {name}
hosts: [{hosts}]
origin: {origin}
contact: mailto:{number}@example.com
rules:
  - name: closed-{number}
    when: {{ path: "/closed/**" }}
    then: deny
"""


def write(path, text):
    """As an editor does: beside, then in its place."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def configure(folder, origin, number):
    """Configuration `number`: the same sites, but each says so in its rules."""
    for i in range(SITES):
        hosts = '"*"' if i == 0 else f"site{i}.example"
        write(folder / f"site{i}.yaml", SITE.format(name=f"site{i}", hosts=hosts, number=number,
                                                    origin=origin.url))


def spoil(folder, number):
    """Breaks one file, in one of the ways in which files break."""
    path = folder / f"site{number % SITES}.yaml"
    text = path.read_text()
    whole = text.index("rules:")
    broken = [text[:random.Random(number).randrange(20, whole - 30)].rstrip("\n") + ": [",
              text.replace("then: deny", "then: refuse"), text + "colour: red\n", "",
              text.replace('"/closed/**"', '"/closed/**'), "\0" + text][number % 6]
    write(path, broken)


class Visitor(threading.Thread):
    """Asks over and over on connections that it keeps, and writes down what went wrong."""

    def __init__(self, gate, number):
        super().__init__(daemon=True)
        self.gate, self.number = gate, number
        self.asked, self.complaints, self.slowest = 0, [], 0.0
        self.stopping = threading.Event()

    def run(self):
        client = self.gate.client(timeout=30)
        while not self.stopping.is_set() and not self.complaints:
            kind = (self.asked + self.number) % 3
            target, agent, expected = [("/", BROWSER, 200), ("/closed/x", BROWSER, 403),
                                       ("/", CRAWLER, 403)][kind]
            started = time.monotonic()
            try:
                client.send(request(target, host=f"site{self.asked % SITES}.example",
                                    fields=[("User-Agent", agent)]))
                answer = client.receive()
            except (Broken, OSError) as error:
                self.complaints.append(f"request {self.asked}: {error}")
                return
            self.slowest = max(self.slowest, time.monotonic() - started)
            self.asked += 1
            if answer.status != expected:
                self.complaints.append(f"{target} as {agent[:20]}: {answer.start} {answer.body}")
            if self.asked % 50 == 0:
                client.close()
                client = self.gate.client(timeout=30)
        client.close()


def attempt(rig, gate, origin, number):
    """One reload, good or (every second one) broken; the complaint, or None."""
    folder = gate.directory / "sites.d"
    broken = number % 2 == 1
    if broken:
        spoil(folder, number)
    else:
        configure(folder, origin, number)
    status, out, err = rig.command("reload", "-c", "turnpike.yaml", "--admin",
                                   f"127.0.0.1:{gate.admin_port}", directory=gate.directory)
    if broken:
        configure(folder, origin, number - 1)
        if status != 1 or "error:" not in err:
            return f"a broken configuration was taken: {number}: {status} {out} {err}"
        number -= 1
    elif status != 0:
        return f"a good configuration was refused: {status} {err}"
    page = gate.ask("/closed/", host="site3.example").body.decode()
    if f"closed-{number}" not in page:
        return f"not configuration {number}: {page}"
    return None


def reload_under_load(rig, count):
    """`count` reloads; the complaints, and what was measured."""
    origin = rig.origin()
    gate = rig.turnpike(config="", sites={"site0": f'hosts: ["*"]\norigin: {origin.url}\n'})
    visitors = [Visitor(gate, number) for number in range(3)]
    complaints, settled = [], None
    for number in range(count):
        complaint = attempt(rig, gate, origin, number)
        if complaint:
            complaints.append(complaint)
            break
        if number == 0:
            for visitor in visitors:
                visitor.start()
        if number == count // 4:
            settled = gate.process.memory("VmRSS"), gate.process.open_files()
    for visitor in visitors:
        visitor.stopping.set()
        if visitor.ident:
            visitor.join(60)
        complaints += visitor.complaints
    asked = sum(visitor.asked for visitor in visitors)
    slowest = max(visitor.slowest for visitor in visitors)
    good = gate.metric("turnpike_config_reloads_total", result="ok")
    refused = gate.metric("turnpike_config_reloads_total", result="refused")
    if not complaints and (good, refused) != (1 + (count + 1) // 2, count // 2):
        complaints.append(f"{good} good and {refused} refused were counted")
    measured = f"{asked} requests, the slowest {slowest * 1000:.0f} ms"
    if settled and not complaints:
        time.sleep(1)
        memory, files = gate.process.memory("VmRSS"), gate.process.open_files()
        measured += f"; KiB and descriptors {settled} -> {(memory, files)}"
        if rig.preset == "release" and memory > settled[0] + ALLOWED_GROWTH:
            complaints.append(f"memory grows: {measured}")
        if files > settled[1] + 16:
            complaints.append(f"descriptors grow: {measured}")
    return complaints, measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="build/release/turnpike")
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()

    def work(rig):
        complaints, measured = reload_under_load(rig, options.count)
        print(f"{options.count} reloads, {measured}")
        return 1, complaints

    return run_with_rig(options.binary, work)


if __name__ == "__main__":
    sys.exit(main())
