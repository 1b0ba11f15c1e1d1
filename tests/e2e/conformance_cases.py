"""The program that answers the vectors of published suites: JSON lines in, JSON lines out."""

import json
import pathlib
import subprocess

FILE = "User-agent: Owl\nDisallow: /a\nDisalow: /b\n"


def ask(rig, options, lines):
    program = pathlib.Path(rig.binary).parent / "tests" / "turnpike_conformance"
    ended = subprocess.run([program, *options], input="".join(line + "\n" for line in lines),
                           capture_output=True, text=True, timeout=30)
    return ended, [json.loads(line) for line in ended.stdout.splitlines()]


def question(url):
    return json.dumps({"robots": FILE, "agent": "owl", "url": url})


def case_every_question_about_robots_txt_gets_an_answer(rig):
    urls = ["https://a.example:8443/a?b#c", "//a.example/a", "/a", "ftp://a.example/a;b"]
    others = ["http://a.example", "a.example", "", "http://a.example/#/a", "http://a.example?/a",
              "/http://a.example/a"]
    ended, answers = ask(rig, ["robots"], [question(url) for url in urls + others])
    assert ended.returncode == 0, ended.stderr
    assert [answer["allowed"] for answer in answers] == [False] * 4 + [True] * 6, answers
    assert answers[0] == {"allowed": False, "line": 2, "rule": "Disallow: /a", "group": "Owl"}


def case_a_misspelt_line_counts_unless_the_rfc_alone_is_asked(rig):
    for options, allowed in [([], False), (["--google"], False), (["--strict"], True)]:
        _, answers = ask(rig, ["robots", *options], [question("/b")])
        assert answers[0]["allowed"] is allowed, (options, answers)


def case_what_is_no_question_is_an_error_and_not_the_end(rig):
    _, answers = ask(rig, ["robots"], ["{", "[]", '{"robots": 1}', question("/a")])
    assert ["error" in answer for answer in answers] == [True, True, True, False], answers
    for options in ([], ["nonsense"], ["robots", "--gogle"]):
        ended, answers = ask(rig, options, [])
        assert (ended.returncode, answers) == (2, []), options
        assert ended.stderr.startswith("usage: "), ended.stderr
