"""`turnpike explain`: what it prints, how it ends, and that `serve` does what it says."""

import json
import random

from rig.gateway import BROWSER, CRAWLER
from rig.marks import limit
from rig.rig import wait_until

SITE = """hosts: [example.com, "*.example.org"]
origin: {origin}
price: USD 0.01
open_paths: {{ add: [/press/**] }}
rules:
  - name: partner
    when: {{ crawler: GPTBot, path: "/archive/**" }}
    then: allow
    rate: 600/min
  - name: office
    when: {{ address: private, header: {{ X-Office: "yes*" }} }}
    then: allow
  - name: heavy
    when:
      path: "/*/*/blame/**"
      category: [browser, unknown]
      not: {{ cookie: session }}
    then: throttle
    rate: 5/s
    per: site
  - name: try
    when: {{ category: [seo, ai-*], method: [GET, HEAD] }}
    then: deny
    observe: true
  - name: toll
    when: {{ crawler: ClaudeBot, query: {{ page: "*" }}, host: "*.example.org" }}
    then: pay
"""
CONFIG = "trusted_proxies: [loopback]\n"


def explained(rig, gate, *arguments):
    """The status and the object that `explain --json` prints about the files of `gate`."""
    status, out, err = rig.command("explain", "-c", "turnpike.yaml", "--json", *arguments,
                                   directory=gate.directory)
    assert status in (0, 10, 11, 12) and ": error: " not in err, (arguments, status, out, err)
    return status, json.loads(out)


def some_requests():
    """Requests that meet every rule, and the tricks that paths and fields are capable of."""
    chance = random.Random(20261126)
    agents = [BROWSER, CRAWLER, "ClaudeBot/1.0", "ClaudeBot/1 GPTBot/1", "AhrefsBot/7", "curl/8",
              "Google-Extended", None]
    targets = ["/", "/archive/1", "/archive%2F1", "/a/b/blame/c", "/a/b;x/blame/c", "/press/x",
               "/press/..%2Fx", "/robots.txt?page=1", "/x?page=1", "/x?p%61ge", "/%2e%2e/archive/1",
               "/a\\b/blame", "//archive//1"]
    fields = [[], [("Cookie", "a=1; session=2")], [("X-Office", "yes, we are")],
              [("X-Forwarded-For", "192.168.1.1"), ("x-office", "yes")],
              [("X-Forwarded-For", "203.0.113.9, 10.0.0.1")], [("User-Agent", "GPTBot/1")]]
    yield "GET", "example.com", "/a/b/blame/c", BROWSER, []
    yield "GET", "www.example.org", "/?page=2", "ClaudeBot/1.0", []
    for _ in range(40):
        yield (chance.choice(["GET", "GET", "POST", "HEAD"]),
               chance.choice(["example.com", "Www.Example.ORG:80", "example.com."]),
               chance.choice(targets), chance.choice(agents), chance.choice(fields))


@limit(120)
def case_serve_decides_as_explain_says(rig):
    gate = rig.turnpike(config=CONFIG, sites={"example": SITE.format(origin=rig.origin().url)})
    wanted = []
    for number, (method, host, target, agent, fields) in enumerate(some_requests()):
        arguments = ["--url", f"http://{host}{target}", "--method", method, "--ip", "127.0.0.1"]
        arguments += ["--ua", agent] if agent is not None else []
        for name, value in fields:
            arguments += ["-H", f"{name}: {value}"]
        wanted.append((arguments, explained(rig, gate, *arguments)[1]))
        gate.ask(target, method=method, host=host, agent=agent, fields=fields)
        wait_until(lambda: len(gate.log()) > number, "the log falls behind")
    seen = set()
    for (arguments, said), record in zip(wanted, gate.records(len(wanted))):
        decision, identity = said["decision"], said["identity"]
        for key in ("action", "rule", "where", "reason"):
            assert record.get(key) == decision[key], (arguments, key, record, said)
        for key in ("crawler", "operator", "category", "proof"):
            assert record.get(key) == identity[key], (arguments, key, record, said)
        seen.add(decision["rule"])
    assert seen >= {"partner", "heavy", "toll", "no-ai", "open-path", "default"}, seen


def case_explain_ends_as_it_decides(rig):
    gate = rig.turnpike(config=CONFIG, sites={"example": SITE.format(origin=rig.origin().url)})
    for status, action, rule, arguments in [
            (0, "allow", "default", ["--url", "https://example.com/", "--ua", BROWSER]),
            (10, "deny", "no-ai", ["--url", "https://example.com", "--ua", CRAWLER]),
            (11, "pay", "toll", ["--url", "https://a.example.org?page=2", "--ua", "ClaudeBot"]),
            (12, "throttle", "heavy", ["--url", "HTTP://example.com/a/b/blame/c#line"])]:
        got, said = explained(rig, gate, *arguments)
        assert (got, said["decision"]["action"], said["decision"]["rule"]) == (
            status, action, rule), (arguments, said)
    assert said["decision"]["price"] is None and said["decision"]["rate"].startswith("5/s"), said
    assert [rule["name"] for rule in said["rules"]] == [
        "partner", "office", "heavy", "try", "toll", "no-ai", "hidden-crawler",
        "probably-a-crawler"], said
    assert [rule["name"] for rule in said["rules"] if rule["matched"]] == ["heavy"], said
    assert said["rules"][0]["where"] == "sites.d/example.yaml:8", said
    assert said["rules"][0]["why"] == "crawler is none, wanted GPTBot", said


def case_explain_prints_a_table_that_names_every_rule(rig):
    gate = rig.turnpike(config=CONFIG, sites={"example": SITE.format(origin=rig.origin().url)})
    status, out, err = rig.command(
        "explain", "-c", "turnpike.yaml", "--url", "http://example.com/archive..%2Fx", "--ua",
        "ClaudeBot/1 GPTBot/1", "-H", "x-office: no", "--ip", "10.0.0.1", directory=gate.directory)
    assert status == 10 and ": error: " not in err, (status, err)
    assert out == """\
action    deny
rule      no-ai, config/presets/block-ai.yaml:11
reason    this site denies AI crawlers
observed  try (deny)
site      example
path      /archive..%2Fx, the strictest of 2 ways to read it
client    ClaudeBot of Anthropic, ai-training, proof none
          user-agent names ClaudeBot
          user-agent names GPTBot

RULE                WHERE                            RESULT          WHY
open-path           built in                         miss            the path is """ + \
        """not one of the open ones
forged              built in                         miss            nothing """ + \
        """disproves who it says it is
partner             sites.d/example.yaml:8           miss            crawler is """ + \
        """ClaudeBot, wanted GPTBot
office              sites.d/example.yaml:12          miss            header """ + \
        """X-Office is 'no', wanted yes*
heavy               sites.d/example.yaml:15          miss            category is """ + \
        """ai-training, wanted browser or unknown
try                 sites.d/example.yaml:23          observed: deny  category is """ + \
        """ai-training; method is GET
toll                sites.d/example.yaml:27          miss            host is """ + \
        """'example.com', wanted *.example.org
no-ai               config/presets/block-ai.yaml:11  hit: deny       category is ai-training
hidden-crawler      config/presets/block-ai.yaml:17  miss            behaviour is """ + \
        """normal, wanted certain
probably-a-crawler  config/presets/block-ai.yaml:20  miss            behaviour is """ + \
        """normal, wanted likely
default             built in                         miss            a rule decided
""", out


def case_explain_without_a_file_asks_the_default_policy(rig):
    status, out, err = rig.command("explain", "--url", "https://example.net/", "--ua", CRAWLER)
    assert status == 10 and "no-ai" in out and err == "", (status, out, err)
    status, out, _ = rig.command("explain", "--origin", "http://127.0.0.1:1", "--url",
                                 "https://example.net/", "--ua", BROWSER)
    assert status == 0 and "default" in out, (status, out)


def case_explain_says_what_is_no_request(rig):
    gate = rig.turnpike(config="", sites={"example": SITE.format(origin=rig.origin().url)})
    for arguments, said in [
            ([], "--url is required"),
            (["--url", "example.com/x"], "is not a URL: write https://example.com/page"),
            (["--url", "http:///x"], "is not a URL"),
            (["--url", "http://example.com/a b"], "write %20"),
            (["--url", "http://example.com/\r\nX: y"], "write %20"),
            (["--url", "http://example.com/", "--ip", "example.com"], "is not an address"),
            (["--url", "http://example.com/", "-H", "Cookie"], "write 'Name: value'"),
            (["--url", "http://example.com/", "--verify"], "--verify"),
            (["--url", "http://example.com/%00"], "answered with 400: a control character"),
            (["--url", "http://u@example.com/"], "answered with 400"),
            (["--url", "http://other.example/"],
             "answered with 421: no site here has this host name (known are example.com, ")]:
        status, out, err = rig.command("explain", "-c", "turnpike.yaml", *arguments,
                                       directory=gate.directory)
        assert (status, out) == (2, "") and said in err, (arguments, status, out, err)
    status, out, err = rig.command("explain", "-c", "missing.yaml", "--url", "http://example.com/")
    assert (status, out) == (1, "") and "missing.yaml: error" in err, (status, out, err)
