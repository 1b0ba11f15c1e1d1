"""Which site a request belongs to: every spelling of a host, and hosts nobody has."""

from rig.wire import request

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
