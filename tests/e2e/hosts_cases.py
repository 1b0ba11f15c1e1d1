"""Which site a request belongs to: every spelling of a host, and hosts nobody has."""

import threading

from rig.gateway import BROWSER
from rig.process import free_port
from rig.wire import Client, request, response

NAMES = 'hosts: [a.example, www.a.example, "*.wild.example"]\n'


def case_every_spelling_of_a_host_finds_its_site(rig):
    first, second, other = rig.origin(), rig.origin(), rig.origin()
    gate = rig.turnpike(config="", sites={
        "first": NAMES + f"origin: {first.url}\n",
        "second": f'hosts: [b.example, x.wild.example]\norigin: {second.url}\n',
        "rest": f'hosts: ["*"]\norigin: {other.url}\n'})
    wanted = [("a.example", first), ("A.Example", first), ("a.example.", first),
              (f"a.example:{gate.port}", first), ("a.example:80", first),
              ("A.EXAMPLE.:8080", first), ("www.a.example", first),
              ("y.wild.example", first), ("p.q.wild.example", first),
              ("b.example", second), ("x.wild.example", second), ("X.wild.example.", second),
              ("wild.example", other), ("no.a.example", other), ("127.0.0.1", other),
              ("[::1]:80", other), ("localhost", other)]
    for host, origin in wanted:
        before = len(origin.requests)
        assert gate.ask("/", host=host).status == 200, host
        assert len(origin.requests) == before + 1, f"{host} went elsewhere"
        assert origin.requests[-1]["host"] == host, origin.requests[-1].fields


def case_an_unknown_host_is_misdirected(rig):
    origin = rig.origin()
    gate = rig.turnpike(config="", sites={"first": NAMES + f"origin: {origin.url}\n"})
    assert gate.ask("/", host="a.example").status == 200
    for host in ["other.example", "a.example.evil.example", "wild.example", "xa.example",
                 "127.0.0.1"]:
        assert gate.ask("/", host=host).status == 421, host
    assert len(origin.requests) == 1
    record = gate.record(host="other.example")
    assert record["outcome"] == "failed" and record["status"] == 421, record


def case_the_authority_of_an_absolute_target_wins_over_host(rig):
    origin = rig.origin()
    gate = rig.turnpike(config="", sites={"first": NAMES + f"origin: {origin.url}\n"})
    with gate.client() as client:
        client.send(b"GET http://a.example/x?y=1 HTTP/1.1\r\nHost: other.example\r\n\r\n")
        assert client.receive().status == 200
        client.send(b"GET HTTP://A.example:80 HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert client.receive().status == 200
        client.send(b"GET http://other.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert client.receive().status == 421
    assert origin.targets() == ["/x?y=1", "/"], origin.targets()
    assert origin.requests[0]["host"] == "a.example", origin.requests[0].fields


def case_hosts_that_are_none_are_refused(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    for host in ["", "a b", "a.example/", "user@a.example", "a.example:99999999", "a.example:x",
                 "a,b", "[::1", "a.example#", "a\\b", "a.example?", "<a>"]:
        with gate.client() as client:
            client.send(request("/", host=host))
            assert client.final().status == 400, repr(host)
    for head in [b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                 b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                 b"GET http://user@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"]:
        with gate.client() as client:
            client.send(head)
            assert client.final().status == 400, head
    assert origin.requests == []


def case_http_1_0_without_host_goes_to_the_site_of_any_host(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(b"GET /old HTTP/1.0\r\n\r\n")
        assert client.receive().status == 200
    assert origin.requests[0]["host"] == f"127.0.0.1:{origin.port}", origin.requests[0].fields
    named = rig.turnpike(config="", sites={"first": NAMES + f"origin: {origin.url}\n"})
    with named.client() as client:
        client.send(b"GET /old HTTP/1.0\r\n\r\n")
        assert client.receive().status == 400


def case_the_origin_is_told_the_host_that_its_site_says(rig):
    origin = rig.origin()
    def site(name, host):
        return (f"hosts: [{name}.example]\norigin: {{ url: '{origin.url}', host: {host} }}\n")
    gate = rig.turnpike(config="", sites={name: site(name, host) for name, host in [
        ("same", "client"), ("own", "origin"), ("named", "www.inside.example:8080")]})
    for name, told in [("same", "same.example"), ("own", origin.url.removeprefix("http://")),
                       ("named", "www.inside.example:8080")]:
        with gate.client() as client:
            client.send(request("/", host=f"{name}.example", fields=[("User-Agent", BROWSER)]))
            assert client.final().status == 200
        seen = origin.requests[-1]
        assert seen["host"] == told, seen.fields
        assert seen["x-forwarded-host"] == f"{name}.example", seen.fields


def case_a_load_balancer_learns_that_the_instance_lives(rig):
    origin = rig.origin()
    port = free_port()
    other = free_port()
    gate = rig.turnpike(
        config=f'listen:\n  - {{ address: "127.0.0.1:{port}", health_path: /.turnpike/health }}\n'
               f'  - address: "127.0.0.1:{other}"\n',
        listens_on=port,
        sites={"example": f"hosts: [site.example]\norigin: {origin.url}\n"})
    path = "/.turnpike/health"
    for host in ("10.0.0.1:8080", "site.example"):  # a name that no site has, and one that one has
        answer = gate.ask(path, host=host, agent="ELB-HealthChecker/2.0")
        assert (answer.status, answer.body) == (200, b"ok\n"), answer.start
    with gate.client() as client:  # on one connection, as they do
        for method, body in [("GET", b"ok\n"), ("HEAD", b""), ("GET", b"ok\n")]:
            client.send(request(path + "?probe=1", method, host="x"))
            answer = client.final(method)
            assert (answer.status, answer.body) == (200, body), answer.start
        client.send(b"GET /.turnpike/health HTTP/1.0\r\n\r\n")
        assert client.final().status == 200
    assert not origin.requests
    # Anything else there is a request like any other.
    assert gate.ask(path, "POST", host="nowhere.example").status == 421
    assert gate.ask(path + "/", host="nowhere.example").status == 421
    with Client(other) as client:
        client.send(request(path, host="nowhere.example"))
        assert client.final().status == 421
    assert [record["status"] for record in gate.records(3)] == [421] * 3


def case_a_site_says_how_long_its_origin_may_take(rig):
    released = threading.Event()

    def script(peer):
        while True:
            if peer.request().target == "/slow":
                released.wait(20)
            peer.send(response(b"ok"))
    origin = rig.origin(script)
    gate = rig.turnpike(config="", sites={
        "patient": f"hosts: [patient.example]\norigin: {origin.url}\n",
        "hasty": "hosts: [hasty.example]\n"
                 f"origin: {{ url: '{origin.url}', response_timeout: 300ms }}\n"})
    with gate.client() as patient:
        patient.send(request("/slow", host="patient.example", fields=[("User-Agent", BROWSER)]))
        answer = gate.ask("/slow", host="hasty.example")
        assert answer.status == 504, answer.start
        released.set()
        assert patient.final().status == 200
    assert gate.record(site="hasty", status=504)["duration_ms"] < 5000
    assert gate.metric("turnpike_origin_requests_total", site="hasty", outcome="timeout") == 1
    assert gate.ask("/", host="hasty.example").status == 200
