"""`turnpike replay`: what a policy would have done to a log, for people and for programs."""

import gzip
import json

from rig.chromium import chromium, look
from rig.gateway import BROWSER, CRAWLER
from rig.marks import threaded

FEED = "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)"


def line(path="/", agent=BROWSER, client="203.0.113.7", time="10:00:00", referer="-", status=200):
    return (f'{client} - - [25/Nov/2026:{time} +0000] "GET {path} HTTP/1.1" {status} 100 '
            f'"{referer}" "{agent}"\n')


def log(rig, name, *lines):
    (rig.directory / name).write_text("".join(lines))
    return name


def replay(rig, *arguments, **options):
    status, out, err = rig.command("replay", "--json", *arguments, **options)
    assert (status, err) == (0, ""), (status, err)
    return json.loads(out)


def policy(rig, *sites, config=""):
    """A turnpike.yaml with these sites, each `name, lines`."""
    folder = rig.folder(f"policy{len(list(rig.directory.iterdir()))}")
    (folder / "turnpike.yaml").write_text("version: 1\nsites: s-*.yaml\n" + config)
    for name, lines in sites:
        (folder / f"s-{name}.yaml").write_text(
            f"site: {name}\norigin: http://127.0.0.1:3000\n{lines}")
    return f"{folder.name}/turnpike.yaml"


def case_the_default_policy_denies_ai_and_lets_people_in(rig):
    log(rig, "a.log", line(), line("/x", CRAWLER), line("/robots.txt", CRAWLER),
        line("/feed", FEED))
    found = replay(rig, "a.log")
    gets = {name: each["requests"] for name, each in found["totals"]["gets"].items()}
    assert gets == {"allow": 3, "throttle": 0, "pay": 0, "deny": 1}, gets
    assert found["people_refused"] == [] and found["totals"]["people_get"]["allow"]["requests"] == 2
    gptbot = found["crawlers"][0]
    assert gptbot["crawler"] == "GPTBot" and gptbot["gets"]["deny"]["bytes"] == 100, gptbot
    denied = next(each for each in found["rules"] if each["gets"] == "deny")
    assert denied["where"].startswith("config/presets/block-ai.yaml:"), denied
    status, out, err = rig.command("replay", "a.log")
    assert (status, err) == (0, ""), err
    assert "Nobody who may be a person would be refused" in out and "deny 403" in out, out
    assert out.index("PEOPLE AND YOUR OWN TOOLS") < out.index("WHAT IT WOULD HAVE DONE"), out


def case_people_who_would_be_refused_stand_first_with_what_lets_them_in(rig):
    config = policy(rig, ("a", 'hosts: ["*"]\nrules:\n  - name: no-feeds\n'
                               "    when: { category: feed-reader }\n    then: deny\n"))
    log(rig, "a.log", line(), line("/feed", FEED), line("/feed2", FEED))
    group = replay(rig, "-c", config, "a.log")["people_refused"][0]
    assert (group["requests"], group["gets"], group["rule"]) == (2, "deny", "no-feeds"), group
    assert group["where"].endswith("s-a.yaml:5"), group
    example = group["user_agents"][0]["example"]
    assert (example["path"], example["network"]) == ("/feed", "203.0.113.0/24"), example
    assert (example["log"], example["line"]) == ("a.log", 2), example
    _, out, _ = rig.command("replay", "-c", config, "a.log")
    assert "a.log:2" in out and "turnpike allow --crawler" in out, out
    # The rule is taken as it is printed.
    rule = "".join(f"  {each}\n" for each in group["let_in"]["rule"].splitlines())
    again = policy(rig, ("a", f'hosts: ["*"]\nrules:\n{rule}  - name: no-feeds\n'
                              "    when: { category: feed-reader }\n    then: deny\n"))
    assert replay(rig, "-c", again, "a.log")["people_refused"] == []


def case_rates_are_taken_on_the_clock_of_the_log(rig):
    config = policy(rig, ("a", 'hosts: ["*"]\nrules:\n  - name: slowly\n'
                               '    when: { path: "/s/**", not: { category: ai-* } }\n'
                               "    then: throttle\n    rate: 1/s\n    burst: 2\n"))
    at = ["10:00:00"] * 4 + ["10:00:01", "10:00:30", "10:00:30"]
    log(rig, "a.log", *(line(f"/s/{i}", time=each) for i, each in enumerate(at)))
    found = replay(rig, "-c", config, "a.log")
    assert found["totals"]["gets"]["throttle"]["requests"] == 2, found["totals"]
    assert found["totals"]["gets"]["allow"]["requests"] == 5, found["totals"]
    assert found["people_refused"][0]["gets"] == "throttle"


def case_every_format_says_the_same(rig):
    (rig.directory / "j.log").write_text(json.dumps(
        {"time": "2026-11-25T10:00:00Z", "id": "a", "outcome": "forwarded", "action": "allow",
         "mode": "observe", "rule": "x", "client": "203.0.113.7", "method": "GET", "path": "/x",
         "status": 200, "bytes_out": 100, "user_agent": CRAWLER}) + "\n")
    (rig.directory / "caddy.log").write_text(json.dumps(
        {"ts": 1795600800.1, "request": {"client_ip": "203.0.113.7", "method": "GET", "uri": "/x",
                                         "headers": {"User-Agent": [CRAWLER]}},
         "size": 100, "status": 200}) + "\n")
    log(rig, "c.log", line("/x", CRAWLER))
    log(rig, "v.log", "example.com:80 " + line("/x", CRAWLER))
    for name, form in [("j.log", "json"), ("caddy.log", "json"), ("c.log", "combined"),
                       ("v.log", "combined")]:
        found = replay(rig, name)
        assert found["logs"] == [{"name": name, "format": form, "lines": 1}], found["logs"]
        assert found["totals"]["gets"]["deny"] == {"requests": 1, "bytes": 100}, found["totals"]
        assert found["totals"]["first"] == 1795600800, found["totals"]


def case_a_common_log_is_said_to_hold_no_user_agents(rig):
    log(rig, "a.log", '203.0.113.7 - - [25/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n')
    found = replay(rig, "a.log")
    assert found["logs"][0]["format"] == "common" and "no user agents" in found["warnings"][0]


def case_compressed_logs_and_standard_input_are_read(rig):
    text = (line("/x", CRAWLER) * 3).encode()
    (rig.directory / "a.log.gz").write_bytes(gzip.compress(text))
    assert replay(rig, "a.log.gz")["totals"]["gets"]["deny"]["requests"] == 3
    for given in (text, gzip.compress(text)):
        found = replay(rig, "-", stdin=given)
        assert found["totals"]["gets"]["deny"]["requests"] == 3, found["totals"]


def case_logs_are_read_in_order_of_time(rig):
    log(rig, "new.log", line(time="12:00:00"))
    log(rig, "old.log", line(time="10:00:00"))
    assert [each["name"] for each in replay(rig, "new.log", "old.log")["logs"]] == [
        "old.log", "new.log"]


def case_bad_lines_are_counted_and_shown(rig):
    log(rig, "a.log", line(), "hello\n", line()[:60] + "\n", "x" * 1_000_000 + "\n", line("/x"),
        '203.0.113.7 - - [25/Nov/2026:10:00:00 +0000] "\\x16\\x03" 400 0 "-" "-"\n')
    found = replay(rig, "a.log")
    assert (found["totals"]["lines"], found["totals"]["requests"]) == (6, 2), found["totals"]
    assert (found["totals"]["unreadable"], found["totals"]["no_requests"]) == (3, 1)
    assert [each["line"] for each in found["unreadable"]] == [2, 3, 4], found["unreadable"]
    _, out, _ = rig.command("replay", "a.log")
    assert "a.log:2: it does not begin with an address" in out, out


def case_what_cannot_be_read_ends_with_1_and_says_why(rig):
    whole = gzip.compress("".join(line(f"/{i}") for i in range(9999)).encode())
    (rig.directory / "cut.gz").write_bytes(whole[:len(whole) // 2])
    (rig.directory / "damaged.gz").write_bytes(whole[:5000] + b"\0\0\0\0" * 99 + whole[6000:])
    (rig.directory / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd0000")
    log(rig, "list", "not a log\n")
    rig.folder("folder")
    for name, why in [("none", "No such file"), ("folder", "is a folder"),
                      ("list", "no access log"),
                      ("cut.gz", "ends too early"), ("damaged.gz", "damaged"),
                      ("x.zst", "zstdcat x.zst")]:
        status, out, err = rig.command("replay", name)
        assert (status, out) == (1, "") and why in err and name in err, (name, status, out, err)
    log(rig, "empty")
    status, out, _ = rig.command("replay", "empty")
    assert status == 0 and "Nothing to judge" in out, out
    assert rig.command("replay")[0] == 2
    assert rig.command("replay", "--format", "nonsense", "list")[0] == 2


def case_each_line_is_judged_by_its_own_site(rig):
    config = policy(rig, ("a", "hosts: [a.example]\n"),
                    ("b", "hosts: [b.example]\npreset: allow-all\n"))
    log(rig, "hosts.log", "a.example:443 " + line("/", CRAWLER), "b.example " + line("/", CRAWLER),
        "c.example " + line("/", CRAWLER))
    found = replay(rig, "-c", config, "hosts.log")
    assert found["totals"]["gets"]["deny"]["requests"] == 1, found["totals"]
    assert found["totals"]["unjudged"] == 1 and "'c.example'" in found["warnings"][-1], found
    found = replay(rig, "-c", config, "--site", "b", "hosts.log")
    assert (found["totals"]["requests"], found["totals"]["of_other_sites"]) == (1, 1)
    assert found["sites"] == ["b"], found["sites"]

    log(rig, "plain.log", line("/", CRAWLER))
    status, out, err = rig.command("replay", "-c", config, "plain.log")
    assert (status, out) == (2, "") and "--site a, b" in err, (status, err)
    assert replay(rig, "-c", config, "--site", "a", "plain.log")["rules"][0]["gets"] == "deny"
    status, _, err = rig.command("replay", "-c", config, "--site", "x", "plain.log")
    assert status == 2 and "known are a, b" in err, (status, err)


def case_clients_behind_trusted_proxies_are_found(rig):
    config = policy(rig, ("a", 'hosts: ["*"]\nrules:\n  - name: them\n'
                               '    when: { address: "198.51.100.0/24" }\n    then: deny\n'),
                    config="trusted_proxies: [203.0.113.0/24]\n")
    log(rig, "a.log", line()[:-1] + ' "198.51.100.4"\n', line())
    found = replay(rig, "-c", config, "a.log")
    assert found["totals"]["gets"]["deny"]["requests"] == 1, found["totals"]


def case_visits_from_answers_stand_beside_pages_taken(rig):
    log(rig, "a.log", line("/x", CRAWLER), line("/y", CRAWLER), line("/z", CRAWLER, status=404),
        line("/a", referer="https://chatgpt.com/"), line("/b?utm_source=chatgpt.com"),
        line("/a", referer="https://www.perplexity.ai/search"), line("/a", "curl/8"))
    rows = replay(rig, "a.log")["referrals"]
    assert [(row["product"], row["taken"]["requests"], row["visits"]) for row in rows] == [
        ("ChatGPT", 2, 2), ("Perplexity", 0, 1)], rows
    assert rows[1]["landing_page"] == "/a", rows


def case_the_page_needs_no_other_file_and_says_the_same(rig):
    agents = ["amazon-kendra-customer-id-1", "curl/8", FEED, BROWSER]
    log(rig, "a.log", *(line(f"/{i}", agents[i % 4], time=f"1{i % 7}:00:00") for i in range(99)),
        *(line(f"/<{i}>", CRAWLER) for i in range(30)), "<hello>\n")
    status, out, err = rig.command("replay", "--html", "page.html", "a.log")
    assert (status, err) == (0, "") and "amazon-kendra" in out, (status, out, err)
    page = (rig.directory / "page.html").read_text()
    for part in ("Nobody who may be a person would be refused", "amazon-kendra", "GPTBot",
                 "a.log:130", "&lt;hello&gt;", "/&lt;0&gt;", "<svg", 'role="img"'):
        assert part in page, part
    for banned in ("{{", "<script", "http-equiv", " src=", "url(", "@import", "<link"):
        assert banned not in page, banned
    assert page.count("<h2>") == page.count("</h2>") and page.rstrip().endswith("</html>")
    if not chromium():
        return
    folder = rig.folder("chromium")
    light, dark = (look(f"file://{rig.directory / 'page.html'}", folder, each, (1200, 1600))
                   for each in (False, True))
    assert sum(light.at(5, 5)) > 600 and sum(dark.at(5, 5)) < 200, (light.at(5, 5), dark.at(5, 5))
    colours = {light.at(x, y) for x in range(0, 1200, 3) for y in range(0, 1600, 3)}
    assert (194, 47, 47) in colours and (47, 125, 79) in colours  # denied and allowed


def case_a_page_that_cannot_be_written_is_an_error(rig):
    log(rig, "a.log", line())
    status, out, err = rig.command("replay", "--html", "nowhere/page.html", "a.log")
    assert (status, out) == (1, "") and "nowhere/page.html" in err, (status, out, err)


@threaded
def case_threads_make_no_difference(rig):
    agents = [BROWSER, CRAWLER, FEED, "curl/8", "ClaudeBot/1", "NobodyKnowsBot/1"]
    config = policy(rig, ("a", 'hosts: ["*"]\nrules:\n  - name: slowly\n'
                               '    when: { path: "/s/**", not: { category: ai-* } }\n'
                               "    then: throttle\n    rate: 2/s\n    per: site\n"))
    log(rig, "a.log", *(
        line(f"/{'s' if i % 3 else 'p'}/{i % 5000}", agents[i % 6], f"203.0.{i % 251}.{i % 13}",
             f"{10 + i // 9000}:{i // 150 % 60:02}:{i // 5 % 60:02}") for i in range(60_000)))
    for form in ([], ["--json"]):
        one, two, five = (rig.command("replay", "-c", config, "--threads", threads, *form, "a.log")
                          for threads in ("1", "2", "5"))
        assert one[0] == 0 and one == two == five, (one[1][:400], two[1][:400])


def case_a_log_of_ours_says_what_has_changed_since(rig):
    gate = rig.site(rig.origin(), "mode: observe\n")
    gate.ask("/x", agent=CRAWLER)
    gate.ask("/", agent=BROWSER)
    (rig.directory / "own.log").write_text("\n".join(gate.log(2)) + "\n")
    found = replay(rig, "own.log")
    change = next(each for each in found["changes"] if each["then"]["action"] == "deny")
    assert change["then"]["mode"] == "observe" and change["then"]["outcome"] == "forwarded", change
    assert change["now"]["gets"] == "deny" and change["now"]["rule"] == "no-ai", change
    _, out, _ = rig.command("replay", "own.log")
    assert "SINCE THE LOG WAS WRITTEN" in out and "only observed" in out, out
