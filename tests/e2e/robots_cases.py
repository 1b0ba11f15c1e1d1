"""/robots.txt: what clients get of the origin's and of ours, and where its copy is kept."""

import json
import threading

from rig.gateway import BROWSER, CRAWLER
from rig.process import wait_until
from rig.wire import response

OWN = b"""# Ours since 2009
User-agent: *
Disallow: /private/

User-agent: GPTBot
Allow: /

Sitemap: https://example.com/sitemap.xml
"""


def text_of(gate, agent=BROWSER, **options):
    answer = gate.ask("/robots.txt", agent=agent, **options)
    assert answer.status == 200, answer.start
    assert answer["content-type"] == "text/plain; charset=utf-8", answer.fields
    return answer.body.decode()


def lines_of(gate, **options):
    return text_of(gate, **options).splitlines()


def own(origin, text=OWN):
    origin.robots = response(text)
    return origin


def case_the_origins_file_is_joined_with_what_the_rules_say(rig):
    nginx = rig.nginx({"robots.txt": OWN, "index.html": b"hello\n"})
    gate = rig.turnpike(origin=nginx)
    lines = lines_of(gate)
    assert "# Ours since 2009" in lines and "Sitemap: https://example.com/sitemap.xml" in lines
    assert lines.count("User-agent: GPTBot") == 1 and "Allow: /" not in lines, lines
    assert lines.index("User-agent: GPTBot") < lines.index("Disallow: /"), lines
    assert "User-agent: Google-Extended" in lines, "a word that only robots.txt knows"
    assert "Content-Signal: search=yes, ai-input=no, ai-train=no" in lines, lines
    assert "Content-Usage: search=y, train-ai=n" in lines, lines
    assert lines[lines.index("User-agent: *"):].count("Disallow: /private/") == 1
    assert nginx.seen() == [], "clients get ours"


def case_who_is_denied_can_read_why(rig):
    gate = rig.site(own(rig.origin()), "rules: [{ name: nobody, then: deny }]\n")
    assert gate.ask("/").status == 403
    for agent in (BROWSER, CRAWLER, "Google-Extended"):
        assert "User-agent: GPTBot" in lines_of(gate, agent=agent)
    record = gate.record(path="/robots.txt", user_agent=CRAWLER)
    assert (record["outcome"], record["status"]) == ("answered", 200), record


def case_it_can_be_kept_and_asked_for_by_head(rig):
    gate = rig.site(own(rig.origin()))
    first = gate.ask("/robots.txt")
    assert first["cache-control"] == "max-age=3600" and first["x-turnpike-id"]
    again = gate.ask("/robots.txt", fields=[("If-None-Match", first["etag"])])
    assert (again.status, again.body, again["etag"]) == (304, b"", first["etag"]), again.start
    head = gate.ask("/robots.txt", "HEAD")
    assert (head.status, head["content-length"]) == (200, str(len(first.body))), head.fields
    assert gate.ask("/%72obots.txt").body == first.body
    assert gate.ask("/robots.txt", "POST", body=b"x").body == b"ok", "another thing"


def case_an_origin_without_a_file_leaves_ours_alone(rig):
    def none(answer):
        origin = rig.origin()
        origin.robots = answer
        return origin

    page = response(b"<!doctype html><p>not found", fields=[("Content-Type", "text/html")])
    away = response(status="302 Found", fields=[("Location", "http://elsewhere.example/r")])
    for answer in (response(status="404 Not Found"), page, away, response(b"no", "403 Forbidden")):
        text = text_of(rig.site(none(answer)))
        assert "User-agent: GPTBot" in text and "not found" not in text, text


def case_redirects_within_the_site_are_followed(rig):
    def reply(message):
        if message.target == "/robots.txt":
            return response(status="301 Moved", fields=[("Location", "https://example.com/r/1")])
        assert message["x-forwarded-proto"] == "https", message.fields
        return response(OWN)

    origin = rig.origin()
    origin.robots = reply
    text = f"hosts: [example.com]\norigin: {origin.url}\n"
    gate = rig.turnpike(config="", sites={"example": text})
    answer = gate.ask("/robots.txt", host="example.com")
    assert b"# Ours since 2009" in answer.body, answer.body
    assert [probe.target for probe in origin.probes] == ["/robots.txt", "/r/1"]


def case_the_last_good_copy_outlives_the_origin_and_a_restart(rig):
    origin = own(rig.origin())
    sites = {"example": f'hosts: ["*"]\norigin: {origin.url}\n'}
    gate = rig.turnpike(config="state_dir: kept\n", sites=sites)
    first = text_of(gate)
    assert "# Ours since 2009" in first
    gate.stop()
    origin.close()
    state = gate.directory / "kept"
    assert (state / "robots" / "example.txt").exists()
    gate = rig.turnpike(config=f"state_dir: {state}\n", sites=sites)
    assert text_of(gate) == first, "the same, with the same trap"
    wait_until(lambda: b"the last copy stands in for it" in gate.process.stderr(), "not said")


def case_an_origin_that_never_was_there_leaves_ours_alone(rig):
    origin = rig.origin()
    origin.close()
    lines = lines_of(rig.site(origin))
    assert "User-agent: GPTBot" in lines and "# Ours since 2009" not in lines


def case_the_first_client_waits_a_moment_for_a_slow_origin_but_not_longer(rig):
    released = threading.Event()

    def slow(message):
        released.wait(30)
        return response(OWN)

    origin = rig.origin()
    origin.robots = slow
    gate = rig.site(origin)
    assert "# Ours since 2009" not in lines_of(gate)
    released.set()
    wait_until(lambda: "# Ours since 2009" in lines_of(gate), "it is never taken up")


def case_an_origin_that_never_answers_keeps_nobody_from_stopping(rig):
    released = threading.Event()
    origin = rig.origin()
    origin.robots = lambda message: released.wait(30) and response(OWN)
    gate = rig.site(origin)
    wait_until(lambda: origin.probes, "nobody asks")
    gate.stop(seconds=5)
    released.set()


def case_observing_and_origin_leave_the_origins_untouched(rig):
    for options in ({"lines": "mode: observe\n"}, {"config": "mode: observe\n"},
                    {"lines": "robots: origin\n"}):
        gate = rig.site(rig.nginx({"robots.txt": OWN}), **options)
        assert gate.ask("/robots.txt").body == OWN, options


def case_managed_says_only_what_the_rules_say(rig):
    origin = own(rig.origin())
    lines = lines_of(rig.site(origin, "robots: managed\ntrap: off\n"))
    assert "User-agent: GPTBot" in lines and "Disallow: /private/" not in lines, lines
    assert origin.probes == []


def case_a_reload_changes_it(rig):
    origin = own(rig.origin())
    gate = rig.site(origin, "preset: allow-all\n")
    before = lines_of(gate)
    assert "User-agent: GPTBot" in before and "Allow: /" in before, before
    site = gate.directory / "sites.d" / "example.yaml"
    site.write_text(site.read_text().replace("allow-all", "block-training"))
    origin.robots = response(OWN + b"# And since today\n")
    status, said, told = rig.command("reload", "-c", "turnpike.yaml", "--admin",
                                     f"127.0.0.1:{gate.admin_port}", directory=gate.directory)
    assert status == 0, (said, told)
    after = lines_of(gate)
    assert "Allow: /" not in after and "User-agent: OAI-SearchBot" not in after, after
    wait_until(lambda: "# And since today" in lines_of(gate), "the origin is not asked anew")


def robots(rig, gate, *arguments):
    return rig.command("robots", "-c", "turnpike.yaml", *arguments, directory=gate.directory)


def case_the_command_prints_what_is_served(rig):
    gate = rig.site(own(rig.origin()), "trap: /archive/notes-2741\n")
    status, said, told = robots(rig, gate, "--site", "example")
    assert (status, said, told) == (0, text_of(gate), ""), (said, told)
    status, said, _ = robots(rig, gate, "--diff")
    lines = said.splitlines()
    assert status == 0 and "+User-agent: ClaudeBot" in lines, said
    assert "-Allow: /" in lines and " Disallow: /private/" in lines, said
    status, said, _ = robots(rig, gate, "--json")
    found = json.loads(said)
    assert (status, found["robots"], found["text"]) == (0, "merge", text_of(gate)), found
    assert found["origin"]["text"].encode() == OWN
    status, _, told = robots(rig, gate, "--site", "exampel")
    assert status == 2 and "did you mean 'example'?" in told, told


def case_the_command_says_when_the_origin_does_not_answer(rig):
    origin = own(rig.origin())
    gate = rig.site(origin)
    assert "# Ours since 2009" in lines_of(gate)
    origin.close()
    status, said, told = robots(rig, gate)
    assert status == 0 and "this is the last copy" in told, (said, told)
    assert "# Ours since 2009" in said


def case_the_link_to_the_trap_is_printed_for_the_owner(rig):
    gate = rig.site(rig.origin())
    status, said, told = robots(rig, gate, "--trap")
    assert status == 0 and "before </body>" in told, (said, told)
    trap = said.split('href="')[1].split('"')[0]
    assert f"Disallow: {trap}" in lines_of(gate), trap
    _, as_json, _ = robots(rig, gate, "--trap", "--json")
    assert json.loads(as_json)["trap"] == trap
    (gate.directory / "new.yaml").write_text("state_dir: new\nsites: sites.d/*.yaml\n")
    status, _, told = rig.command("robots", "-c", "new.yaml", "--trap", directory=gate.directory)
    assert status == 2 and "when Turnpike first starts" in told, told


POLITE = b"User-agent: *\nDisallow: /private/\n"
BOT = "OurBot/1.0 (+https://ourbot.example/)"


def aged(rig, lines, file=POLITE):
    """A turnpike whose robots.txt has been served for days."""
    origin = own(rig.origin(), file)
    sites = {"example": f'hosts: ["*"]\norigin: {origin.url}\n{lines}'}
    state = rig.directory / "aged"
    gate = rig.turnpike(config=f"state_dir: {state}\n", sites=sites)
    text_of(gate)
    gate.stop()
    served = state / "robots" / "example.served"
    head, text = served.read_bytes().split(b"\n", 1)
    head = {**json.loads(head), "time": json.loads(head)["time"] - 3 * 24 * 3600}
    served.write_bytes(json.dumps(head).encode() + b"\n" + text)
    return rig.turnpike(config=f"state_dir: {state}\n", sites=sites)


def ask(gate, path, agent=BOT, client="203.0.113.7"):
    return gate.ask(path, agent=agent, fields=[("X-Forwarded-For", client)]).status


def violations(gate, crawler):
    return gate.metric("turnpike_robots_violations_total", site="example", crawler=crawler)


def case_a_violator_is_named_and_can_be_denied(rig):
    gate = aged(rig, "rules: [{ name: no-violators, when: { robots: violator }, then: deny }]\n")
    assert [ask(gate, f"/private/{i}") for i in range(4)] == [200, 200, 200, 403]
    assert ask(gate, "/open") == 403 and ask(gate, "/robots.txt") == 200
    assert ask(gate, "/open", client="203.0.113.8") == 200, "another client"
    assert ask(gate, "/private/9", agent=BROWSER) == 200, "robots.txt is not for people"
    records = {record["path"]: record for record in gate.records(8)}
    assert records["/private/0"]["robots"] == "disallowed", records
    assert records["/private/2"]["robots"] == records["/private/3"]["robots"] == "violator"
    assert records["/private/3"]["rule"] == "no-violators" and list(records["/private/3"])[-1] == \
        "robots", records
    assert "robots" not in records["/open"] and "robots" not in records["/private/9"]
    assert violations(gate, "other") == 4
    assert gate.metric("turnpike_table_entries", table="robots") == 2
    _, story, _ = rig.command("why", records["/private/3"]["id"], "-c", "turnpike.yaml", "--admin",
                              f"127.0.0.1:{gate.admin_port}", directory=gate.directory)
    assert "robots     robots.txt asks it not to come here, and it keeps coming" in story, story


def case_what_is_disallowed_can_be_denied_at_once(rig):
    rules = "rules: [{ name: as-said, when: { robots: disallowed }, then: deny }]\n"
    gate = aged(rig, rules)
    assert (ask(gate, "/private/1"), ask(gate, "/open")) == (403, 200)
    young = rig.site(own(rig.origin(), POLITE), rules)
    assert ask(young, "/private/1") == 200, "nobody may have read it yet"


def case_explain_says_what_robots_txt_has_against_it(rig):
    gate = aged(rig, "")
    for path, expected in [("/private/x", True), ("/open", False)]:
        status, said, _ = rig.command("explain", "-c", "turnpike.yaml", "--url",
                                      f"http://example.com{path}", "--ua", BOT,
                                      directory=gate.directory)
        fact = "robots asks OurBot not to come here: Disallow: /private/"
        assert (status, fact in said) == (0, expected), said


def case_crawlers_that_ignore_a_denial_are_counted(rig):
    gate = aged(rig, "")
    assert ask(gate, "/", agent=CRAWLER) == 403 and ask(gate, "/x", agent=CRAWLER) == 403
    assert ask(gate, "/favicon.ico", agent=CRAWLER) == 200, "open to all, so held against nobody"
    assert ask(gate, "/", agent="ChatGPT-User/1.0") == 403, "a person sent it"
    wait_until(lambda: violations(gate, "GPTBot") == 2, "two violations")
    assert gate.metric("turnpike_robots_violations_total") == 2
    assert gate.record(path="/x")["robots"] == "disallowed"


def case_who_hurries_is_named(rig):
    gate = aged(rig, "", b"User-agent: *\nCrawl-delay: 30\n")
    assert [ask(gate, f"/{i}") for i in range(2)] == [200, 200]
    assert gate.record(path="/1")["robots"] == "too-fast"
    assert "robots" not in gate.record(path="/0")
