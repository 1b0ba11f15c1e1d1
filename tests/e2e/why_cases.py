"""`turnpike why`: what became of a request, from the running instance's memory or from a log."""

import gzip
import json

from rig.gateway import BROWSER, CRAWLER
from rig.marks import threaded
from rig.wire import request

CLOSED = """contact: mailto:web@example.com
rules:
  - name: members-only
    when: { path: "/members/**" }
    then: deny
"""


def why(rig, gate, *arguments):
    return rig.command("why", *arguments, "--admin", f"127.0.0.1:{gate.admin_port}")


@threaded
def case_why_tells_the_story_of_a_refusal(rig):
    gate = rig.site(rig.origin(), CLOSED, config="threads: 2\n")
    for number in range(8):  # some on either thread
        answer = gate.ask(f"/members/list?a={number}", agent=BROWSER)
        identifier = answer["x-turnpike-id"]
        status, story, told = why(rig, gate, identifier)
        assert status == 0, told
        lines = [line.strip() for line in story.splitlines()]
        assert lines[0] == "Refused with 403.", story
        for line in (f"request    GET site.example/members/list?a={number}",
                     "client     127.0.0.1", f"user agent {BROWSER}", "taken for  browser",
                     "decision   deny", "rule       members-only, sites.d/example.yaml:7",
                     "reason     this site denies everyone on /members/**",
                     f"id         {identifier}", 'when: { address: "127.0.0.1" }'):
            assert line in lines, f"no {line!r} in\n{story}"


def case_why_names_the_crawler_and_the_rule_that_would_let_it_in(rig):
    gate = rig.site(rig.origin(), CLOSED)
    _, story, _ = why(rig, gate, gate.ask("/", agent=CRAWLER)["x-turnpike-id"])
    for part in ("taken for  GPTBot of OpenAI, ai-training", "its User-Agent, which nothing proves",
                 "rule       no-ai, config/presets/block-ai.yaml:", "when: { crawler: GPTBot }"):
        assert part in story, story


def case_the_rule_that_why_suggests_lets_the_refused_one_in(rig):
    """The stanza is taken as it is printed, and put where it says."""
    gate = rig.site(rig.origin(), "preset: block-ai\n")
    for agent in (CRAWLER, "Mozilla/5.0 (compatible; meta-externalagent/1.1)"):
        _, story, _ = why(rig, gate, gate.ask("/", agent=agent)["x-turnpike-id"])
        stanza = story[story.index("    rules:"):]
        lines = "\n".join(line[4:] for line in stanza.splitlines()) + "\n"
        again = rig.site(rig.origin(), lines)
        assert again.ask("/", agent=agent).status == 200, stanza


def case_why_finds_a_request_by_the_id_that_the_client_sent(rig):
    gate = rig.site(rig.origin(), CLOSED)
    gate.ask("/let-in", fields=[("X-Request-Id", "req-77")])
    status, story, _ = why(rig, gate, "req-77")
    assert status == 0 and story.startswith("Let in; the site answered 200."), story
    assert "request id req-77" in story


def case_why_gives_programs_the_line_of_the_log(rig):
    gate = rig.site(rig.origin(), CLOSED)
    answer = gate.ask("/members/a", fields=[("Referer", "http://example.com/")])
    identifier = answer["x-turnpike-id"]
    status, text, _ = why(rig, gate, identifier, "--json")
    record = json.loads(text)
    logged = gate.record(id=identifier)
    del logged["referer"]  # not remembered
    assert status == 0 and record == logged, (record, logged)


def case_why_shows_no_more_than_the_log_may(rig):
    gate = rig.site(rig.origin(), CLOSED,
                    config="access_log: { address: none, query: false }\n")
    identifier = gate.ask("/members/a?secret=1")["x-turnpike-id"]
    _, text, _ = why(rig, gate, identifier, "--json")
    assert "secret" not in text and "127.0.0.1" not in text, text


def case_why_reads_logs_that_are_compressed_too(rig):
    gate = rig.site(rig.origin(), CLOSED)
    identifier = gate.ask("/members/a")["x-turnpike-id"]
    gate.ask("/other", fields=[("X-Request-Id", "req-1")])
    lines = "\n".join(["not JSON", *gate.log(2), '{"id":"cut'])
    plain, packed = rig.directory / "access.log", rig.directory / "access.log.gz"
    plain.write_text(lines)
    packed.write_bytes(gzip.compress(lines.encode()))
    gate.stop()  # nobody need be there
    for log in (plain, packed):
        status, story, told = rig.command("why", identifier, "--log", str(log))
        assert status == 0 and "Refused with 403." in story, told
        status, text, _ = rig.command("why", "req-1", "--log", str(log), "--json")
        assert status == 0 and json.loads(text)["path"] == "/other", text
    status, story, _ = rig.command("why", identifier, "--log", str(rig.directory / "none"))
    assert status == 2 and not story


def case_why_says_that_nothing_is_known(rig):
    gate = rig.site(rig.origin(), CLOSED)
    for identifier in ("0000000000000000", "a/../b", "x?y", "%41", " ", "\x1b[2J"):
        status, story, told = why(rig, gate, identifier)
        assert status == 4 and not story and "\x1b" not in told, (identifier, status, told)
    gate.stop()
    status, _, told = why(rig, gate, "0000000000000000")
    assert status == 4 and "no instance answers" in told, told


def case_why_makes_what_clients_send_safe_for_a_terminal(rig):
    gate = rig.site(rig.origin(), CLOSED)
    identifier = gate.ask("/members/a", agent="evil \x80\xc2\x9b2J\tagent")["x-turnpike-id"]
    _, story, _ = why(rig, gate, identifier)
    assert not [c for c in story if c != "\n" and not c.isprintable()], repr(story)


def case_a_flood_of_crawlers_does_not_push_out_a_persons_refusal(rig):
    gate = rig.site(rig.origin(), CLOSED, config="threads: 1\n")
    person = gate.ask("/members/a")["x-turnpike-id"]
    crawler = gate.ask("/", agent=CRAWLER)["x-turnpike-id"]
    with gate.client() as client:
        for _ in range(10):
            client.send(request("/", fields=[("User-Agent", CRAWLER)]) * 100)
            for _ in range(100):
                assert client.receive().status == 403
    assert why(rig, gate, person)[0] == 0
    assert why(rig, gate, crawler)[0] == 4
