#!/usr/bin/env python3
"""End-to-end tests: runs every `case_*` function of the *_cases.py files beside this one.

Each case runs in a process of its own with a time limit and a fresh directory. A failure prints
where and why; the last line says `N passed, N failed`.
"""

import argparse
import concurrent.futures
import importlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def discover():
    """Every case by name, `file.case`, in the order in which they are written."""
    for path in sorted(HERE.glob("*_cases.py")):
        module = importlib.import_module(path.stem)
        for name, function in vars(module).items():
            if name.startswith("case_") and callable(function):
                yield f"{path.stem.removesuffix('_cases')}.{name.removeprefix('case_')}", function


def run_one(name, options):
    """In a process of its own: runs the case and exits with its verdict."""
    from rig.rig import Rig  # the runner itself needs no rig
    function = dict(discover())[name]
    rig = Rig(options.binary, options.directory, options.preset)
    try:
        function(rig)
        rig.take_down()
    except BaseException:
        traceback.print_exc()
        rig.clear()
        for instance in rig.turnpikes:
            print(f"-- {instance.process.name} said: {instance.process.tail()}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)  # threads of the case may still wait for somebody
    os._exit(0)


def run_apart(name, function, options):
    """Runs one case as a child of this process; returns its failure's text, or None."""
    limit = getattr(function, "limit", 60) * (3 if options.preset in ("asan", "tsan") else 1)
    directory = tempfile.mkdtemp(prefix="turnpike-e2e-")
    child = subprocess.Popen(
        [sys.executable, __file__, "--case", name, "--binary", options.binary, "--directory",
         directory, "--preset", options.preset],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True)
    try:
        output, _ = child.communicate(timeout=limit)
        failure = None if child.returncode == 0 else output.decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output, _ = child.communicate()
        failure = f"not finished after {limit} s\n{output.decode(errors='replace')}"
    shutil.rmtree(directory, ignore_errors=True)
    return failure


def chosen(options):
    """The cases to run: (those that may run side by side, those that want the machine alone)."""
    together, alone = [], []
    for name, function in discover():
        if options.only and options.only not in name:
            continue
        if options.scope == "threaded" and not getattr(function, "threaded", False):
            continue
        if options.preset != "release" and getattr(function, "release_only", False):
            continue
        (alone if getattr(function, "alone", False) else together).append((name, function))
    return together, alone


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="build/release/turnpike")
    parser.add_argument("--preset", help="how it was built; from the binary's path if not given")
    parser.add_argument("--scope", choices=["all", "threaded"], default="all")
    parser.add_argument("--only", metavar="TEXT", help="cases whose name contains TEXT")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true", help="names only")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--directory", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    options.preset = options.preset or pathlib.Path(options.binary).parent.name
    if options.case:
        run_one(options.case, options)
    together, alone = chosen(options)
    if options.list:
        print("\n".join(name for name, _ in together + alone))
        return 0
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool, \
            concurrent.futures.ThreadPoolExecutor(1) as single:
        running = [(name, pool.submit(run_apart, name, function, options))
                   for name, function in together]
        for _, future in running:
            concurrent.futures.wait([future])
        running += [(name, single.submit(run_apart, name, function, options))
                    for name, function in alone]
        for name, future in running:
            failure = future.result()
            if failure is None:
                passed += 1
            else:
                failed += 1
                print(f"FAILED {name}\n{failure}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
