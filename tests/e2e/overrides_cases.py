"""Exceptions on the running instance: `allow`, `observe`, `overrides`; who is let in, for how long,
and what outlives a restart."""

import json

from rig.gateway import BROWSER, CRAWLER
from rig.marks import threaded
from rig.process import wait_until
from rig.wire import Client, request

CLOSED = 'rules: [{ name: members, when: { path: "/members/**" }, then: deny }]\n'
FRIEND, STRANGER = "203.0.113.7", "203.0.113.8"
FORGED = "Mozilla/5.0 (compatible; Google-Extended/1.0)"


def turnpike(rig, gate, *arguments):
    """A command for this instance: (exit status, stdout, stderr)."""
    return rig.command(*arguments, "-c", "turnpike.yaml", "--admin",
                       f"127.0.0.1:{gate.admin_port}", directory=gate.directory)


def done(rig, gate, *arguments):
    status, said, told = turnpike(rig, gate, *arguments)
    assert status == 0, (arguments, status, said, told)
    return said


def ask(gate, client=FRIEND, path="/members/a", agent=BROWSER, **options):
    return gate.ask(path, agent=agent, fields=[("X-Forwarded-For", client)], **options)


def listed(rig, gate):
    return json.loads(done(rig, gate, "overrides", "--json"))["overrides"]


def kept(rig):
    return json.loads((rig.directory / "state" / "overrides.json").read_text())


@threaded
def case_a_refused_friend_is_let_in_by_the_id_on_the_page(rig):
    gate = rig.site(rig.origin(), CLOSED, config="threads: 2\n")
    refused = ask(gate)
    assert refused.status == 403
    said = done(rig, gate, "allow", "--id", refused["x-turnpike-id"], "--for", "24h")
    assert said.startswith(f"whoever comes from {FRIEND} is let in on the site example, "), said
    assert "turnpike overrides remove 1" in said
    for _ in range(8):  # on either thread
        assert ask(gate).status == 200
        assert ask(gate, STRANGER).status == 403


def case_an_override_stands_in_the_log_the_metrics_and_why(rig):
    gate = rig.site(rig.origin(), CLOSED)
    done(rig, gate, "allow", "--ip", FRIEND, "--for", "1h", "--note", "the friend at the office")
    assert ask(gate, path="/members/seen").status == 200
    record = gate.record(path="/members/seen")
    assert (record["action"], record["rule"]) == ("allow", "override"), record
    assert record["outcome"] == "forwarded" and "where" not in record, record
    assert record["reason"].startswith("override 1 lets it in until 20"), record
    wait_until(lambda: gate.metric("turnpike_rule_matches_total", rule="override", site="example",
                                   mode="enforce") == 1, "not counted")
    _, story, _ = turnpike(rig, gate, "why", record["id"])
    assert "rule       override" in story, story
    assert "reason     override 1 lets it in until" in story, story
    table = done(rig, gate, "overrides")
    assert "the friend at the office" in table and f"whoever comes from {FRIEND}" in table, table


def case_a_crawler_is_let_in_by_name_but_not_who_borrows_one(rig):
    gate = rig.site(rig.origin())
    assert ask(gate, agent=CRAWLER, path="/").status == 403
    done(rig, gate, "allow", "--crawler", "gptbot", "--for", "1h")
    assert ask(gate, agent=CRAWLER, path="/").status == 200
    assert ask(gate, agent="ClaudeBot/1.0", path="/").status == 403
    assert ask(gate, agent=CRAWLER + " ClaudeBot/1.0", path="/").status == 403
    status, _, told = turnpike(rig, gate, "allow", "--crawler", "Google-Extended", "--for", "1h")
    assert status == 2 and "let it in by address" in told, told
    forged = ask(gate, agent=FORGED, path="/")
    assert forged.status == 403
    done(rig, gate, "allow", "--id", forged["x-turnpike-id"], "--for", "1h")
    assert ask(gate, agent=FORGED, path="/").status == 200
    assert ask(gate, STRANGER, agent=FORGED, path="/").status == 403


def case_a_crawler_refused_by_id_is_let_in_from_there_only(rig):
    gate = rig.site(rig.origin(), CLOSED)
    refused = ask(gate, agent=CRAWLER, path="/")
    said = done(rig, gate, "allow", "--id", refused["x-turnpike-id"], "--for", "1h")
    assert said.startswith(f"GPTBot from {FRIEND} is let in on the site example"), said
    assert ask(gate, agent=CRAWLER, path="/").status == 200
    assert ask(gate, STRANGER, agent=CRAWLER, path="/").status == 403
    assert ask(gate).status == 403, "a browser from there is another one"


def case_of_an_ipv6_client_the_network_is_let_in(rig):
    gate = rig.site(rig.origin(), CLOSED)
    refused = ask(gate, "2001:db8:1:2:3:4:5:6")
    done(rig, gate, "allow", "--id", refused["x-turnpike-id"], "--for", "1h")
    assert listed(rig, gate)[0]["address"] == "2001:db8:1:2::/64"
    assert ask(gate, "2001:db8:1:2::9").status == 200
    assert ask(gate, "2001:db8:1:3::9").status == 403


def case_overrides_end_by_themselves_and_by_command(rig):
    gate = rig.site(rig.origin(), CLOSED)
    done(rig, gate, "allow", "--ip", FRIEND, "--for", "1s")
    done(rig, gate, "allow", "--ip", STRANGER, "--for", "1h")
    assert ask(gate, STRANGER).status == 200
    wait_until(lambda: ask(gate).status == 403, "it does not end")
    assert [each["number"] for each in listed(rig, gate)] == [2]
    assert "ended: whoever comes from" in done(rig, gate, "overrides", "remove", "2")
    assert ask(gate, STRANGER).status == 403
    status, _, told = turnpike(rig, gate, "overrides", "remove", "2")
    assert status == 4 and "no override '2'" in told, told
    assert "No overrides" in done(rig, gate, "overrides")


def case_overrides_outlive_a_restart_and_a_reload(rig):
    origin = rig.origin()
    gate = rig.site(origin, CLOSED)
    done(rig, gate, "allow", "--ip", FRIEND, "--for", "1h", "--note", "kept")
    assert done(rig, gate, "reload") == "reloaded\n"
    assert ask(gate).status == 200
    gate.stop()
    again = rig.site(origin, CLOSED)
    assert ask(again).status == 200
    assert listed(rig, again)[0]["note"] == "kept"
    done(rig, again, "overrides", "remove", "1")
    done(rig, again, "allow", "--ip", FRIEND, "--for", "1h")
    assert [each["number"] for each in kept(rig)["overrides"]] == [2], "a number came again"


def case_what_expired_while_nobody_ran_is_not_taken_up(rig):
    origin = rig.origin()
    state = rig.folder("state")
    override = {"kind": "allow", "address": FRIEND, "created": "2020-01-01T00:00:00Z"}
    (state / "overrides.json").write_text(json.dumps({"version": 1, "last_number": 7, "overrides": [
        {**override, "number": 6, "expires": "2020-01-02T00:00:00Z"},
        {**override, "number": 7, "address": STRANGER, "expires": "2200-01-01T00:00:00Z"}]}))
    gate = rig.site(origin, CLOSED)
    assert ask(gate).status == 403
    assert ask(gate, STRANGER).status == 200
    assert [each["number"] for each in kept(rig)["overrides"]] == [7]


def case_a_file_that_cannot_be_understood_is_put_aside(rig):
    state = rig.folder("state")
    for number, text in enumerate(["not JSON", "{}", '{"version":2,"last_number":0,"overrides":[]}',
                                   '{"version":1,"last_number":0,"overrides":[{"number":1}]}',
                                   '{"version":1,"last_number":0,"overrides":[{"number":1,"kind":'
                                   '"allow","created":"2026-01-01T00:00:00Z",'
                                   '"expires":"2200-01-01T00:00:00Z"}]}']):
        (state / "overrides.json").write_text(text)
        gate = rig.site(rig.origin(), CLOSED)
        assert ask(gate).status == 403
        assert (state / "overrides.json.broken").read_text() == text
        assert "no overrides were taken up" in gate.process.tail()
        done(rig, gate, "allow", "--ip", FRIEND, "--for", "1h")
        assert len(kept(rig)["overrides"]) == 1, number
        gate.stop()


def case_observe_refuses_nobody_for_a_while(rig):
    gate = rig.site(rig.origin(), CLOSED)
    said = done(rig, gate, "observe", "--for", "2s", "--site", "example")
    assert said.startswith("nobody is refused on the site example, until 20"), said
    assert ask(gate, path="/members/watched").status == 200
    record = gate.record(path="/members/watched")
    assert (record["action"], record["mode"], record["rule"]) == ("deny", "observe", "members")
    wait_until(lambda: gate.metric("turnpike_rule_matches_total", rule="members", mode="observe")
               == 1, "not counted as observed")
    wait_until(lambda: ask(gate).status == 403, "it does not end")
    wait_until(lambda: gate.metric("turnpike_rule_matches_total", rule="members", mode="enforce")
               >= 1, "not counted as refused")


def case_explain_knows_the_overrides_of_the_instance(rig):
    gate = rig.site(rig.origin(), CLOSED)
    done(rig, gate, "allow", "--ip", FRIEND, "--for", "1h")
    for client, status in ((FRIEND, 0), (STRANGER, 10)):
        exit_status, said, _ = rig.command(
            "explain", "-c", "turnpike.yaml", "--url", "https://example.com/members/a", "--ua",
            BROWSER, "--ip", client, directory=gate.directory)
        assert exit_status == status, said
    _, said, _ = rig.command(
        "explain", "-c", "turnpike.yaml", "--url", "https://a.example/", "--ua", CRAWLER, "--ip",
        FRIEND, directory=gate.directory)
    assert "rule      override" in said and "override 1 lets it in until" in said, said


def case_what_makes_no_sense_is_refused_with_a_word(rig):
    gate = rig.site(rig.origin(), CLOSED)
    gate.ask("/", fields=[("X-Forwarded-For", FRIEND), ("X-Request-Id", "let-in")])
    for arguments, status, word in [
            (["--crawler", "GPTBott", "--for", "1h"], 2, "did you mean 'GPTBot'?"),
            (["--ip", "10.1.2.3/8", "--for", "1h"], 2, "did you mean 10.0.0.0/8"),
            (["--ip", "here", "--for", "1h"], 2, "neither an address nor a network"),
            (["--ip", FRIEND, "--for", "31d"], 2, "30 days at most"),
            (["--ip", FRIEND, "--for", "1w"], 2, "'for' says how long"),
            (["--ip", FRIEND, "--for", "10ms"], 2, "a second at least"),
            (["--ip", FRIEND, "--for", "1h", "--site", "exampel"], 2, "did you mean 'example'?"),
            (["--ip", FRIEND], 2, "--for is required"), (["--for", "1h"], 2, "--id,--ip,--crawler"),
            (["--ip", FRIEND, "--crawler", "GPTBot", "--for", "1h"], 2, "--id,--ip,--crawler"),
            (["--id", "0000000000000000", "--for", "1h"], 4, "nothing is remembered"),
            (["--id", "let-in", "--for", "1h"], 4, "that request was let in")]:
        got, said, told = turnpike(rig, gate, "allow", *arguments)
        assert (got, said) == (status, "") and word in told, (arguments, got, told)
    assert listed(rig, gate) == []
    _, _, told = turnpike(rig, gate, "allow", "--ip", "127.0.0.1", "--for", "1h")
    assert "everybody behind it is let in" in told, told


def case_only_who_has_the_token_may_make_exceptions(rig):
    gate = rig.site(rig.origin(), CLOSED)
    body = json.dumps({"kind": "allow", "address": FRIEND, "for": "1h"}).encode()

    def api(method, path, fields=(), content=b""):
        with Client(gate.admin_port) as client:
            client.send(request(path, method, host=f"127.0.0.1:{gate.admin_port}", fields=fields,
                                body=content))
            return client.receive(method)

    token = ("Authorization", "Bearer " + (rig.directory / "state/admin.token").read_text().strip())
    path = "/api/v1/overrides"
    assert api("POST", path, content=body).status == 401
    assert api("POST", path, [token, ("Origin", "http://localhost")], body).status == 403
    assert api("DELETE", path + "/1").status == 401
    assert json.loads(api("GET", path).body) == {"overrides": []}
    made = api("POST", path, [token], body)
    assert made.status == 201 and json.loads(made.body)["override"]["number"] == 1, made.body
    assert api("DELETE", path + "/x", [token]).status == 404
    for bad in (b"", b"[]", b'{"kind":1}', b'{"kind":"deny"}', b'{"kind":"allow","where":"x"}'):
        assert api("POST", path, [token], bad).status == 400, bad
    assert api("DELETE", path + "/1", [token]).status == 200
    assert ask(gate).status == 403


def case_without_a_folder_for_state_overrides_are_kept_in_memory(rig):
    gate = rig.site(rig.origin(), CLOSED)
    (rig.directory / "state" / "overrides.json.new").mkdir()  # where the draft would be written
    status, said, told = turnpike(rig, gate, "allow", "--ip", FRIEND, "--for", "1h")
    assert status == 0 and "a restart ends it" in told, (said, told)
    assert ask(gate).status == 200
