#!/usr/bin/env python3
"""Runs every GoogleTest program of a build and counts test cases; the last line says the sum.

Which programs there are is what CMake registered, so a stale or missing program is noticed. A
program that crashes or hangs counts as one failure on top of what it reported before.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

LIMIT_SECONDS = 300


def registered(build, scope):
    """Name and command of each program, from CTest."""
    listing = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"],
        check=True, capture_output=True, text=True).stdout
    for test in json.loads(listing)["tests"]:
        labels = [label for property in test.get("properties", [])
                  if property["name"] == "LABELS" for label in property["value"]]
        if scope == "all" or scope in labels:
            yield test["name"], test.get("command", [])


def failures_of(report):
    """Passed count and the failed cases' names and messages, from a GoogleTest JSON report."""
    passed, failed = 0, []
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            if case["status"] != "RUN":
                continue
            if case.get("failures"):
                text = "\n".join(failure["failure"] for failure in case["failures"])
                failed.append((f"{suite['name']}.{case['name']}", text))
            else:
                passed += 1
    return passed, failed


def run(name, command, directory):
    """Runs one program: (passed, [(case, message)])."""
    report = pathlib.Path(directory) / f"{name}.json"
    if not command or not os.access(command[0], os.X_OK):
        return 0, [(name, "the program was not built")]
    try:
        ended = subprocess.run([*command, f"--gtest_output=json:{report}"], text=True,
                               errors="replace", stdin=subprocess.DEVNULL, timeout=LIMIT_SECONDS,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired as expired:
        output = (expired.stdout or b"").decode(errors="replace")
        return 0, [(name, f"not finished after {LIMIT_SECONDS} s\n{output[-4000:]}")]
    passed, failed = 0, []
    if report.exists():
        passed, failed = failures_of(json.loads(report.read_text()))
    if ended.returncode != 0 and not failed:
        failed.append((name, f"exit status {ended.returncode}\n{ended.stdout[-8000:]}"))
    if ended.returncode == 0 and passed == 0:
        failed.append((name, "ran no test case"))
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--scope", choices=["all", "threaded"], default="all")
    options = parser.parse_args()
    passed, failed = 0, []
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(run, name, command, directory)
                   for name, command in registered(options.build, options.scope)]
        for each in running:
            some_passed, some_failed = each.result()
            passed += some_passed
            failed += some_failed
    for case, message in failed:
        print(f"FAILED {case}\n{message}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not running else 0


if __name__ == "__main__":
    sys.exit(main())
