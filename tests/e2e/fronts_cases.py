"""Behind real nginx and real Caddy with TLS: the origin sees the right client, scheme and host."""

from rig.gateway import BROWSER, CRAWLER
from rig.marks import limit
from rig.origin import answer_all
from rig.rig import wait_until
from rig.wire import response

AGENT = ("User-Agent", BROWSER)


def https_only(message):
    """As sites are set up: who comes over http is sent to https, by what the proxy says."""
    if message["x-forwarded-proto"] != "https":
        return response(status="301 Moved Permanently",
                        fields=[("Location", f"https://{message['host']}{message.target}")])
    return response(b"welcome")


def check_origin_sees_the_visitor(origin, front):
    answer = front.ask("/page", fields=[AGENT, ("X-Forwarded-For", "9.9.9.9"),
                                        ("X-Real-IP", "9.9.9.9"), ("Forwarded", "for=9.9.9.9")],
                       source="127.0.0.5")
    assert (answer.status, answer.body) == (200, b"welcome"), (answer.start, answer["location"])
    seen = origin.requests[-1]
    assert seen["host"] == "site.example", seen.fields
    assert seen["x-forwarded-host"].split(":")[0] == "site.example", seen.fields
    assert seen["x-forwarded-proto"] == "https", seen.fields
    assert "forwarded" not in seen.fields, seen.fields
    assert len(seen.fields.all("x-forwarded-for")) == 1, seen.fields
    return seen


def check_the_crawler_is_refused(front, origin):
    before = len(origin.requests)
    assert front.ask("/page", fields=[("User-Agent", CRAWLER)]).status == 403
    assert len(origin.requests) == before


@limit(120)
def case_behind_caddy_with_tls_the_origin_sees_the_visitor(rig):
    origin = rig.origin(answer_all(https_only))
    gate = rig.site(origin, config="trusted_proxies: [127.0.0.1]\n")
    front = rig.caddy_front(gate.port)
    seen = check_origin_sees_the_visitor(origin, front)
    # Caddy trusts nobody before it, so what the client wrote is gone.
    assert seen["x-real-ip"] == "127.0.0.5", seen.fields
    assert seen["x-forwarded-for"] == "127.0.0.5, 127.0.0.1", seen.fields
    check_the_crawler_is_refused(front, origin)


@limit(120)
def case_behind_nginx_with_tls_the_origin_sees_the_visitor(rig):
    origin = rig.origin(answer_all(https_only))
    gate = rig.site(origin, config="trusted_proxies: [127.0.0.1]\n")
    front = rig.nginx_front(gate.port)
    seen = check_origin_sees_the_visitor(origin, front)
    # nginx adds to what the client wrote; only what it added itself is believed.
    assert seen["x-real-ip"] == "127.0.0.5", seen.fields
    assert seen["x-forwarded-for"] == "127.0.0.5, 127.0.0.1", seen.fields
    check_the_crawler_is_refused(front, origin)


@limit(120)
def case_behind_nginx_that_says_nothing_nobody_is_throttled_for_another(rig):
    """`proxy_pass` alone: to us, everybody is nginx."""
    origin = rig.origin()
    gate = rig.site(origin, "rules: [{ name: slow, when: { path: '/**' }, then: throttle, "
                            "rate: 1/min, burst: 1 }]\n")
    front = rig.nginx_front(gate.port, lines="")
    for _ in range(3):
        assert front.ask("/", fields=[AGENT]).status == 200
    wait_until(lambda: b"a rate per address was not applied to 127.0.0.1" in gate.process.stderr(),
               lambda: gate.process.tail())
