#!/usr/bin/env python3
"""How fast `turnpike replay` reads, beside goaccess where there is one.

    bench/replay.py build/release/turnpike access.log [--size MIB] [--core N]

Repeats a log in combined format, each time later than before, until it has that size (1 GiB), and
reads it from the page cache: on one core, and on all of them, whose report must be the same.
"""

import argparse
import datetime
import gzip
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import time

DATE = re.compile(r"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d) ([+-]\d{4})\]")
FORMAT = "%d/%b/%Y:%H:%M:%S"


def parse(path):
    """Its lines as (time, before, behind), and how long it lasts."""
    opened = gzip.open if path.endswith(".gz") else open
    lines = []
    with opened(path, "rt", encoding="latin-1") as log:
        for line in log:
            found = DATE.search(line)
            if found:
                lines.append((datetime.datetime.strptime(found[1], FORMAT),
                              line[:found.start(1)], line[found.end(1):]))
    lines.sort(key=lambda each: each[0])
    span = lines[-1][0] - lines[0][0] + datetime.timedelta(seconds=1)
    return lines, span


def repeat(path, target, size):
    lines, span = parse(path)
    count = written = turn = 0
    with open(target, "w", encoding="latin-1") as out:
        while written < size:
            text = "".join(f"{before}{(at + span * turn).strftime(FORMAT)}{behind}"
                           for at, before, behind in lines)
            out.write(text)
            written += len(text)
            count += len(lines)
            turn += 1
    return count


def measure(command, cores):
    """Seconds of wall and of processor time, and the output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, check=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, cores))
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent, done.stdout


def best(command, cores, runs=3):
    return min((measure(command, cores) for _ in range(runs)), key=lambda each: each[0])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("turnpike")
    options.add_argument("log")
    options.add_argument("--size", type=int, default=1024, help="MiB")
    options.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    given = options.parse_args()
    everywhere = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "access.log"
        lines = repeat(given.log, log, given.size << 20)
        log.read_bytes()  # into the page cache
        print(f"{lines:,} lines, {log.stat().st_size / 2**20:,.0f} MiB")

        def show(name, wall, spent):
            print(f"{name:24} {wall:7.2f} s wall {spent:7.2f} s processor "
                  f"{lines / wall:12,.0f} lines/s")

        replay = [given.turnpike, "replay", "--json", log]
        one = best([*replay, "--threads", "1"], {given.core})
        show("turnpike, one core", *one[:2])
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        more = best(replay, everywhere)
        show(f"turnpike, {len(everywhere)} cores", *more[:2])
        print(f"turnpike's memory: {peak / 1024:,.0f} MiB; "
              f"reports {'are the same' if one[2] == more[2] else 'DIFFER'}")
        if shutil.which("goaccess"):
            command = ["goaccess", log, "--log-format=COMBINED", "--no-progress", "-o",
                       pathlib.Path(folder) / "out.json"]
            show("goaccess, one core", *best(command, {given.core}, runs=1)[:2])


if __name__ == "__main__":
    main()
