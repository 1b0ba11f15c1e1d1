"""Behaviour: crawlers that do not say so are slowed down, and nobody else is."""

import concurrent.futures
import time

from rig.gateway import BROWSER, CRAWLER
from rig.origin import answer_all
from rig.rig import wait_until
from rig.wire import request, response

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"
FIELDS = [("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "en"),
          ("Accept-Encoding", "gzip")]


def content_of(message):
    target = message.target.partition("?")[0]
    kinds = {"css": "text/css", "png": "image/png", "xml": "application/rss+xml"}
    kind = kinds.get(target.rpartition(".")[2], "text/html")
    if "git-upload-pack" in message.target:
        kind = "application/x-git-upload-pack-advertisement"
    return response(b"ok", fields=[("Content-Type", kind)])


def start(rig, lines=""):
    origin = rig.origin(answer_all(content_of))
    return origin, rig.site(origin, f"preset: block-ai\n{lines}")


class Client:
    """Asks over one connection, as somebody behind a trusted proxy."""

    def __init__(self, gate, address, agent=BROWSER):
        self.gate, self.address, self.agent = gate, address, agent
        self.connection = gate.client()

    def ask(self, target, method="GET", fields=()):
        sent = [("User-Agent", self.agent), ("X-Forwarded-For", self.address), *FIELDS, *fields]
        self.connection.send(request(target, method, fields=sent))
        return self.connection.final(method)

    def all(self, targets, **options):
        return [self.ask(target, **options).status for target in targets]


def pages(count, start_at=0):
    return [f"/articles/{number}" for number in range(start_at, start_at + count)]


def read_page(client, number, assets=4):
    """A page and what belongs to it, as a browser asks."""
    got = [client.ask(f"/articles/{number}", fields=[("Cookie", "session=1"),
                                                     ("Referer", "http://site.example/")])]
    got += [client.ask(f"/static/{number}-{each}.png") for each in range(assets)]
    return [answer.status for answer in got]


def case_a_lookalike_waits_and_is_then_refused_for_a_moment(rig):
    origin, gate = start(rig)
    crawler = Client(gate, "198.51.100.7")
    assert crawler.ask("/robots.txt").status == 200
    longest = 0
    for page in pages(24):
        before = time.monotonic()
        assert crawler.ask(page).status == 200
        longest = max(longest, time.monotonic() - before)
    assert 0.5 < longest < 3, f"it waited for {longest} s"

    def ask(number):
        return Client(gate, "198.51.100.7").ask(f"/articles/{number}")
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(200, 206)))
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) >= 4, [answer.status for answer in answers]
    assert all(0 < int(answer["retry-after"]) <= 60 for answer in refused), refused[0].fields
    assert b"pages-without-assets" not in refused[0].body
    record = gate.record(id=refused[0]["x-turnpike-id"])
    assert (record["rule"], record["action"]) == ("hidden-crawler", "throttle"), record
    assert list(record)[-2:] == ["behaviour", "signals"], record
    assert record["behaviour"] == "certain" and "reads-robots" in record["signals"], record
    assert gate.metric("turnpike_limited_total", limit="delay") > 0
    assert gate.metric("turnpike_table_entries", table="clients") == 1
    # Another browser behind the same address, and a style of a page that was served.
    assert Client(gate, "198.51.100.7", FIREFOX.format(133)).ask("/articles/1").status == 200
    assert crawler.ask("/static/site.css").status == 200


def case_a_swarm_shares_one_rate_and_nobody_else_does(rig):
    origin, gate = start(rig)

    def member(number):
        client = Client(gate, f"198.51.{100 + number // 250}.{number % 250 + 1}")
        return client.all([f"/org/repository/src/commit/{number}"])[0]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        got = list(pool.map(member, range(500)))
    assert got[:100] == [200] * 100
    assert got.count(429) > 250, got.count(429)
    # Somebody with the same browser on the start page; with a session; with another browser.
    person = Client(gate, "203.0.113.9")
    assert person.all(["/", "/static/site.css", "/org/repository/src/commit/1"]) == [200] * 3
    session = [("Cookie", "session=1")]
    assert Client(gate, "203.0.113.10").ask("/org/r/src/commit/1", fields=session).status == 200
    other = Client(gate, "203.0.113.11", FIREFOX.format(133))
    assert other.ask("/org/repository/src/commit/1").status == 200


def case_nobody_is_refused_who_reads_or_asks_as_people_do(rig):
    origin, gate = start(rig)
    office = []
    for number in range(200):
        person = Client(gate, "203.0.113.20", FIREFOX.format(100 + number))
        office += read_page(person, number)
    assert set(office) == {200}, office
    same = Client(gate, "203.0.113.21")  # an office with one browser
    assert {status for number in range(120) for status in read_page(same, number)} == {200}
    assert set(read_page(Client(gate, "203.0.113.22"), 1, assets=80)) == {200}
    runner = Client(gate, "203.0.113.23", "git/2.39.5")
    for number in range(30):
        refs = f"/org/repository-{number}/info/refs?service=git-upload-pack"
        assert runner.ask(refs).status == 200
    reader = Client(gate, "203.0.113.24", "Miniflux/2.2.0")
    assert set(reader.all(["/feed.xml"] * 60 + pages(40))) == {200}
    owner = Client(gate, "203.0.113.25", "curl/8.5.0")
    assert set(owner.all(pages(100))) == {200}
    for agent in ("UptimeRobot/2.0", BROWSER, ""):
        monitor = Client(gate, "203.0.113.26", agent)
        assert set(monitor.all(["/health"] * 120)) == {200}, agent
    assert gate.metric("turnpike_limited_total", limit="delay") == 0


def case_who_says_who_he_is_is_judged_by_that(rig):
    origin, gate = start(rig)
    assert set(Client(gate, "198.51.100.30", CRAWLER).all(pages(50))) == {403}
    polite = Client(gate, "198.51.100.31", "Mozilla/5.0 (compatible; AhrefsBot/7.0; "
                                           "+http://ahrefs.com/robot/)")
    assert set(polite.all(["/robots.txt", *pages(50)])) == {200}
    wait_until(lambda: len(gate.records(101)) == 101, "lines are missing")
    assert not [record for record in gate.records() if "behaviour" in record]


def case_a_shared_address_is_nobody(rig):
    origin, gate = start(rig)
    with gate.client() as client:
        for target in pages(60):
            client.send(request(target, fields=[("User-Agent", BROWSER), *FIELDS]))
            assert client.final().status == 200
    assert gate.metric("turnpike_table_entries", table="clients") == 0


def case_a_trap_is_answered_by_us_and_remembered(rig):
    origin, gate = start(rig, "trap: /hidden-well\n")
    crawler = Client(gate, "198.51.100.7")
    crawler.ask("/robots.txt")
    crawler.all(pages(8))
    assert crawler.ask("/hidden-well").status == 404
    refused = crawler.ask("/articles/50")
    assert refused.status == 403, refused.start
    assert b"trap" not in refused.body
    # A person who looks into it, as people do who read the page's source.
    person = Client(gate, "203.0.113.9")
    for number in range(3):
        read_page(person, number)
    assert person.ask("/hidden-well").status == 404
    assert set(read_page(person, 9)) == {200}
    assert Client(gate, "203.0.113.10", CRAWLER).ask("/hidden-well").status == 404
    assert "/hidden-well" not in [message.target for message in origin.requests]


def case_behaviour_is_turned_off_by_a_rule(rig):
    origin, gate = start(rig, "rules:\n  - name: nobody-is-watched-here\n"
                              "    when: { behaviour: likely }\n    then: allow\n")
    assert set(Client(gate, "198.51.100.7").all(pages(80))) == {200}
