"""`turnpike check`: everything that is wrong with a configuration, word for word.

    TURNPIKE_REWRITE=1 python3 tests/e2e/run.py --binary build/release/turnpike --only check
writes the expectations anew.
"""

import json
import os
import pathlib
import re
import shutil

WHOLE = pathlib.Path(__file__).resolve().parents[1] / "config" / "whole"
SITE = "version: 1\nsite: {0}\nhosts: [{0}.example]\norigin: http://127.0.0.1:3000\n"


def checked(rig, folder, *options):
    return rig.command("check", *options, directory=folder)


def case_whole_configurations_are_judged_word_for_word(rig):
    folders = sorted(path.parent for path in WHOLE.glob("*/turnpike.yaml"))
    assert len(folders) >= 9
    for folder in folders:
        status, out, err = checked(rig, folder)
        said = err + out
        expected = folder / "expected"
        if "TURNPIKE_REWRITE" in os.environ:
            expected.write_text(said)
        assert said == expected.read_text(), f"{folder.name}:\n{said}\nif that is right: {__doc__}"
        assert status == (1 if ": error: " in said else 0), (folder.name, status)
        assert out.count("\n") == 1 and re.search(r"\d+ errors?, \d+ warnings?$", out[:-1]), out


def case_the_same_for_programs(rig):
    status, out, err = checked(rig, WHOLE / "host-in-two-files", "--format", "json")
    assert (status, err) == (1, ""), (status, err)
    assert json.loads(out) == {
        "ok": False, "sites": None, "rules": None, "errors": 1, "warnings": 0,
        "diagnostics": [{"severity": "error", "file": "sites.d/b.yaml", "line": 3, "column": 20,
                         "message": "the host 'www.example.com' is in sites.d/a.yaml:3 already",
                         "hint": ""}]}, out
    status, out, _ = checked(rig, WHOLE / "warnings", "--format", "json")
    found = json.loads(out)
    assert status == 0 and (found["ok"], found["sites"], found["errors"]) == (True, 1, 0), out
    assert found["warnings"] == len(found["diagnostics"]) > 5, out
    assert found["rules"] == 12, out  # nine of its own, three of the preset


def case_the_file_is_the_one_here_or_the_one_named(rig):
    folder = rig.folder("config")
    status, out, err = checked(rig, folder)
    assert status == 2 and out == "" and "no turnpike.yaml here" in err, (status, out, err)
    shutil.copytree(WHOLE / "a-good-one", folder, dirs_exist_ok=True)
    assert checked(rig, folder) == (0, "turnpike.yaml: 1 site, 3 rules, 0 errors, 0 warnings\n", "")
    status, out, err = rig.command("check", "-c", "config/turnpike.yaml", directory=folder.parent)
    assert (status, err) == (0, "") and out.startswith("config/turnpike.yaml: 1 site"), (out, err)
    status, out, err = checked(rig, folder, "-c", "nowhere.yaml")
    assert status == 1 and "nowhere.yaml: error: cannot be read" in err, (status, err)
    assert out == "nowhere.yaml: 1 error, 0 warnings\n", out
    # So for the other commands: what is here is what they are about.
    status, out, err = rig.command("explain", "--url", "http://example.com/", "--ua", "GPTBot",
                                   directory=folder)
    assert status == 10 and err == "", (status, err)
    status, _, err = rig.command("explain", "--url", "http://other.example/", directory=folder)
    assert status == 2 and "example.com" in err, (status, err)
    status, _, _ = rig.command("explain", "--url", "http://other.example/", "--origin",
                               "http://127.0.0.1:1", directory=folder)
    assert status == 0, "--origin is about every host, whatever lies here"


def case_nothing_is_left_behind(rig):
    folder = rig.folder("config")
    (folder / "turnpike.yaml").write_text("version: 1\nsites: '*.site'\nstate_dir: state\n"
                                          "admin: { address: unix:admin.sock }\n"
                                          .replace("unix:", f"unix:{folder}/"))
    (folder / "a.site").write_text(SITE.format("a"))
    before = sorted(folder.iterdir())
    status, _, err = checked(rig, folder)
    assert (status, err) == (0, ""), err
    assert sorted(folder.iterdir()) == before
