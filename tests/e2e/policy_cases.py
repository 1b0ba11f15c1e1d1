"""Who gets in: the default policy before a real origin, sites' own rules, open paths, refusals."""

import json
import pathlib
import re

from rig.gateway import BROWSER, CRAWLER
from rig.marks import limit, threaded
from rig.rig import wait_until
from rig.wire import request

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpora" / "must-be-let-in.tsv"

OPEN_PATHS = ["/robots.txt", "/.well-known/security.txt", "/.well-known/acme-challenge/x/y",
              "/favicon.ico", "/sitemap.xml", "/sitemap_index.xml", "/security.txt", "/ads.txt",
              "/app-ads.txt", "/llms.txt", "/crawlers.json", "/license.xml", "/rsl.xml"]

# Each reads as an open path to somebody and as /secret to somebody else.
DISGUISES = ["/robots.txt/../secret", "/robots.txt/%2e%2e/secret", "/robots.txt/%2E./secret",
             "//robots.txt/..//secret", "/.well-known/../secret", "/.well-known/./../secret",
             "/.well-known/a/../../secret", "/.well-known/%2e%2e/secret",
             "/.well-known/..%2Fsecret", "/.well-known%2F..%2Fsecret", "/robots.txt%2F..%2Fsecret",
             "/.well-known/..%5Csecret", "/.well-known/..\\secret", "/robots.txt;/../secret",
             "/.well-known/..;/secret", "/secret;/../robots.txt", "/secret/..%2Frobots.txt",
             "/robots.txt%00", "/robots.txt%0a", "/ROBOTS.TXT", "/robots.txt/", "/robots.txt/x",
             "/robots.txt%3f", "/x/robots.txt", "/?/robots.txt", "/x?/../robots.txt",
            "/robots%2etxt/../secret"]


def people():
    """The corpus of clients that no default may refuse, as (name, user agent)."""
    for line in CORPUS.read_text().splitlines():
        if line and not line.startswith("#"):
            name, agent, *_ = line.split("\t")
            yield name, agent


@threaded
def case_a_crawler_is_refused_and_a_browser_let_in_before_a_real_origin(rig):
    nginx = rig.nginx({"index.html": b"<p>hello</p>\n"})
    gate = rig.turnpike(origin=nginx)
    let_in = gate.ask("/index.html", agent=BROWSER)
    assert (let_in.status, let_in.body) == (200, b"<p>hello</p>\n"), let_in
    refused = gate.ask("/index.html", agent=CRAWLER)
    assert refused.status == 403, refused.start
    assert gate.ask("/none", agent=BROWSER).status == 404
    wanted = [f"GET /index.html {BROWSER}", f"GET /none {BROWSER}"]
    wait_until(lambda: len(nginx.seen()) >= len(wanted), lambda: f"nginx saw {nginx.seen()}")
    assert nginx.seen() == wanted, nginx.seen()


@limit(180)
def case_nobody_who_must_be_let_in_is_refused(rig):
    """On the front page, on a feed and with a POST; one user agent a line of the corpus."""
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    corpus = list(people())
    assert len(corpus) >= 100, f"only {len(corpus)} lines in {CORPUS.name}"
    refused = []
    with gate.client() as client:
        for name, agent in corpus:
            fields = [("User-Agent", agent)] if agent not in ("", "-") else []
            for method, target, body in [("GET", "/", b""), ("GET", "/feed", b""),
                                         ("POST", "/form", b"a=1")]:
                client.send(request(target, method, fields=fields, body=body))
                answer = client.final()
                if answer.status != 200:
                    refused.append(f"{name}: {method} {target} got {answer.status}: {agent}")
    assert not refused, "\n".join(refused)
    assert len(origin.requests) == 3 * len(corpus)


def case_open_paths_are_open_to_those_who_are_denied(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    for path in OPEN_PATHS:
        assert gate.ask(path, agent=CRAWLER).status == 200, path
        assert gate.ask(path + "?a=b", agent=CRAWLER).status == 200, path
    assert gate.ask("/secret", agent=CRAWLER).status == 403
    assert len(origin.requests) == 2 * (len(OPEN_PATHS) - 1), "robots.txt is ours"


def case_no_disguise_of_a_path_slips_through_an_open_path(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    for target in DISGUISES:
        status = gate.ask(target, agent=CRAWLER).status
        assert status in (400, 403), f"{target}: {status}"
    assert origin.targets() == [], origin.targets()


def case_a_path_reaches_the_origin_as_it_was_written(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    targets = ["/a/../b", "//x//y", "/%41%2f%2E", "/a;p=1?q=%20&r=/../", "/~user/\u00e9".encode()
               .decode("latin-1"), "/?", "/a?b?c", "/%e2%82%ac"]
    for target in targets:
        assert gate.ask(target).status == 200, target
    assert origin.targets() == targets, origin.targets()


RULES = """
preset: block-ai
price: USD 0.01
contact: mailto:web@example.com
rules:
  - name: partner
    when: { crawler: GPTBot, path: "/archive/**" }
    then: allow
  - name: toll
    when: { operator: Anthropic }
    then: pay
  - name: dear
    when: { crawler: CCBot }
    then: pay
    price: EUR 2.50
  - name: no-seo
    when: { category: seo }
    then: deny
  - name: own-bot
    when: { user_agent: [OurBot, "Inner*"] }
    then: deny
  - name: closed-area
    when: { path: ["/members/*", "/staff/**"] }
    then: deny
"""


def case_a_sites_own_rules_come_first_and_the_first_match_wins(rig):
    gate = rig.site(rig.origin(), RULES)
    wanted = [
        ("/archive/2020/a", CRAWLER, 200), ("/archive", CRAWLER, 403), ("/other", CRAWLER, 403),
        ("/", "ClaudeBot/1.0", 402), ("/", "CCBot/2.0 (https://commoncrawl.org/faq/)", 402),
        ("/", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", 403),
        ("/", "OurBot/1.0", 403), ("/", "YourBot/1.0", 200), ("/", "InnerMost/3", 403),
        ("/members/list", BROWSER, 403), ("/members/a/b", BROWSER, 200),
        ("/staff/a/b", BROWSER, 403), ("/members/../members/list", BROWSER, 403),
        ("/%6dembers/list", BROWSER, 403), ("/robots.txt", "OurBot/1.0", 200)]
    for target, agent, status in wanted:
        answer = gate.ask(target, agent=agent)
        assert answer.status == status, f"{target} for {agent}: {answer.status}, not {status}"
    assert "USD 0.01" in gate.ask("/", agent="ClaudeBot/1.0").body.decode()
    assert "EUR 2.50" in gate.ask("/", agent="CCBot/2.0").body.decode()


def case_presets_differ_in_whom_they_deny(rig):
    searcher, trainer = "Mozilla/5.0 (compatible; OAI-SearchBot/1.0)", CRAWLER
    for preset, wanted in {"block-ai": (403, 403), "block-training": (403, 200),
                           "allow-all": (200, 200)}.items():
        gate = rig.site(rig.origin(), f"preset: {preset}\n")
        got = (gate.ask(agent=trainer).status, gate.ask(agent=searcher).status)
        assert got == wanted, f"{preset}: {got}"
    gate = rig.site(rig.origin(), "preset: charge-ai\nprice: USD 0.02\n")
    assert gate.ask(agent=trainer).status == 402


def case_search_engines_pass_and_tokens_that_never_crawl_are_forged(rig):
    gate = rig.site(rig.origin(), "preset: allow-all\n")
    googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    assert gate.ask(agent=googlebot).status == 200
    forged = gate.ask("/forged", agent="Mozilla/5.0 (compatible; Google-Extended/1.0)")
    assert forged.status == 403, forged.start
    record = gate.record(path="/forged")
    assert (record["rule"], record["proof"]) == ("forged", "forged"), record


def case_observing_forwards_and_records_what_would_have_been(rig):
    origin = rig.origin()
    for options in [{"lines": "mode: observe\n"}, {"config": "mode: observe\n"}]:
        gate = rig.site(origin, **options)
        assert gate.ask("/x", agent=CRAWLER).status == 200
        record = gate.records()[0]
        assert (record["action"], record["mode"], record["outcome"]) == \
            ("deny", "observe", "forwarded"), (options, record)
    assert origin.targets() == ["/x", "/x"]


def case_open_paths_can_be_added_and_removed(rig):
    gate = rig.site(rig.origin(), "open_paths: { add: [/legal/terms], remove: [/llms.txt] }\n")
    assert gate.ask("/legal/terms", agent=CRAWLER).status == 200
    assert gate.ask("/llms.txt", agent=CRAWLER).status == 403
    assert gate.ask("/robots.txt", agent=CRAWLER).status == 200


def case_a_refusal_says_who_why_and_how_to_be_let_in(rig):
    gate = rig.site(rig.origin(), "contact: mailto:web@example.com\n")
    kinds = {"text/html,application/xhtml+xml,*/*;q=0.8": "text/html",
             "application/problem+json": "application/problem+json", "*/*": "text/plain"}
    for accept, wanted in kinds.items():
        answer = gate.ask("/a", agent=CRAWLER, fields=[("Accept", accept)])
        assert answer.status == 403
        kind = answer["content-type"] or ""
        assert kind.split(";")[0] == wanted, f"{accept}: {kind}"
        text = answer.body.decode()
        identifier = answer["x-turnpike-id"] or ""
        assert re.fullmatch("[0-9a-z]{16}", identifier), identifier
        for part in ("GPTBot", "web@example.com", identifier):
            assert part in text, f"no {part} in {text}"
        assert answer["cache-control"] == "no-store", answer.fields
        assert "date" in answer.fields
        if wanted.endswith("json"):
            assert json.loads(text)["status"] == 403
        assert gate.record(id=identifier)["status"] == 403
    assert len({record["id"] for record in gate.records(3)}) == 3


def case_a_refusal_echoes_nothing_that_a_client_can_turn_against_a_reader(rig):
    gate = rig.turnpike(origin=rig.origin())
    for agent in ['GPTBot/1 <script>alert(1)</script>', 'GPTBot" onload="x', "GPTBot\t\"}\\"]:
        page = gate.ask("/<b>", agent=agent, fields=[("Accept", "text/html")])
        assert page.status == 403 and b"<script>" not in page.body, page.body
        assert b"<b>" not in page.body.replace(b"<body>", b"") or b"/<b>" not in page.body
        data = gate.ask("/", agent=agent, fields=[("Accept", "application/problem+json")])
        json.loads(data.body)


def case_a_refusal_of_head_has_no_body_and_keeps_the_connection(rig):
    gate = rig.turnpike(origin=rig.origin())
    with gate.client() as client:
        client.send(request("/", "HEAD", fields=[("User-Agent", CRAWLER)]))
        head = client.receive("HEAD")
        assert head.status == 403 and int(head["content-length"]) > 0
        client.send(request("/", fields=[("User-Agent", BROWSER)]))
        assert client.receive().status == 200


def case_a_refused_body_is_not_waited_for(rig):
    """The verdict needs no body: a refusal comes while the client still has a gigabyte to send."""
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(request("/", "POST", fields=[("User-Agent", CRAWLER),
                                                 ("Content-Length", str(1 << 30))]))
        assert client.receive().status == 403
        wait_until(lambda: client.gone(10), "the connection stays open")
    assert origin.requests == []


def case_two_user_agents_do_not_hide_a_crawler(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    answer = gate.ask("/", agent=BROWSER, fields=[("User-Agent", CRAWLER)])
    assert answer.status in (400, 403), answer.start
    for agent in [CRAWLER.upper(), CRAWLER.lower(), "  " + CRAWLER, f"{BROWSER} {CRAWLER}"]:
        assert gate.ask("/", agent=agent).status == 403, agent
    assert origin.requests == []
