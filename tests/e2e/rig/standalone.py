"""A rig for programs that take their time and are no cases: soak, bodies, reloads."""

import os
import pathlib
import shutil
import tempfile

from .rig import Rig


def run_with_rig(binary, work):
    """Exit status. `work(rig)` says how many checks there are, and what was wrong in words."""
    directory = tempfile.mkdtemp(prefix="turnpike-")
    rig = Rig(os.path.abspath(binary), directory, pathlib.Path(binary).resolve().parent.name)
    try:
        checks, complaints = work(rig)
        rig.take_down()
    finally:
        rig.clear()
        shutil.rmtree(directory, ignore_errors=True)
    for complaint in complaints:
        print(f"FAILED {complaint}")
    print(f"{max(0, checks - len(complaints))} passed, {len(complaints)} failed")
    return 1 if complaints else 0
