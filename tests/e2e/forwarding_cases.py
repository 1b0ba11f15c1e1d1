"""What a request and its response look like on the other side: fields removed, added, kept."""

import re

from rig.gateway import BROWSER
from rig.origin import answer_all
from rig.wire import request, response

HOP_BY_HOP = [("Connection", "close-not, X-Named, keep-alive"), ("X-Named", "1"),
              ("Keep-Alive", "timeout=5"), ("Proxy-Connection", "keep-alive"), ("TE", "gzip"),
              ("Proxy-Authorization", "Basic eDp5"), ("HTTP2-Settings", "AAMAAABk")]


def case_fields_of_one_hop_stay_on_their_side(rig):
    origin = rig.origin(answer_all(response(b"x", fields=[
        ("Connection", "X-Inner"), ("X-Inner", "1"), ("Keep-Alive", "timeout=9"),
        ("Proxy-Authenticate", "Basic"), ("Proxy-Connection", "close"), ("X-Kept", "2")])))
    gate = rig.turnpike(origin=origin)
    answer = gate.ask("/", fields=[*HOP_BY_HOP, ("X-Kept", "1")])
    seen = origin.requests[0].fields
    for name, _ in HOP_BY_HOP[1:]:
        assert name not in seen, f"{name} reached the origin"
    assert "x-named" not in (seen.get("connection") or "").lower(), seen
    assert seen.get("x-kept") == "1"
    for name in ("X-Inner", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection"):
        assert name not in answer.fields, f"{name} reached the client"
    assert answer["x-kept"] == "2"


def case_connection_cannot_remove_what_steers(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    answer = gate.ask("/", "POST", body=b"abc", fields=[
        ("Connection", "Host, Content-Length, Cookie, Authorization, X-Forwarded-For"),
        ("Cookie", "a=b"), ("Authorization", "Bearer x")])
    assert answer.status == 200, answer.start
    seen = origin.requests[0]
    assert seen.body == b"abc" and seen["cookie"] == "a=b" and seen["authorization"] == "Bearer x"
    assert seen["host"] == "site.example" and seen["x-forwarded-for"] == "127.0.0.1", seen.fields


def case_the_origin_learns_who_asked_and_through_whom(rig):
    origin = rig.origin()
    gate = rig.site(origin, config="trusted_proxies: [10.0.0.0/8]\n")
    gate.ask("/", fields=[("X-Forwarded-For", "9.9.9.9"), ("X-Real-IP", "9.9.9.9"),
                          ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Host", "evil.example"),
                          ("Forwarded", "for=9.9.9.9"), ("X-Request-Id", "theirs"),
                          ("Via", "1.0 first")])
    seen = origin.requests[0]
    assert seen["x-forwarded-for"] == "127.0.0.1", seen.fields
    assert seen["x-real-ip"] == "127.0.0.1", seen.fields
    assert seen["x-forwarded-proto"] == "http", seen.fields
    assert seen["x-forwarded-host"] == "site.example", seen.fields
    assert "forwarded" not in seen.fields, seen.fields
    assert re.fullmatch("[0-9a-z]{16}", seen["x-request-id"]), seen.fields
    assert re.fullmatch(r"1\.0 first, 1\.1 \S+", seen["via"]), seen.fields
    assert seen["user-agent"] == BROWSER and seen["host"] == "site.example"


def case_a_trusted_proxy_is_believed_as_far_as_its_chain_is_trusted(rig):
    origin = rig.origin()
    gate = rig.site(origin, config="trusted_proxies: [loopback, 10.0.0.0/8]\n")
    for given, client in [("192.0.2.7", "192.0.2.7"), ("9.9.9.9, 192.0.2.7", "192.0.2.7"),
                          ("9.9.9.9, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
                          ("2001:db8::1, 10.0.0.1,127.0.0.1", "2001:db8::1"),
                          ("192.0.2.8, unknown, 10.0.0.1", "10.0.0.1")]:
        gate.ask("/", fields=[("X-Forwarded-For", given), ("X-Forwarded-Proto", "https"),
                              ("X-Forwarded-Host", "outer.example"), ("X-Request-Id", "abc-1")])
        seen = origin.requests[-1]
        assert seen["x-real-ip"] == client, f"{given}: {seen['x-real-ip']}"
        assert seen["x-forwarded-proto"] == "https" and seen["x-request-id"] == "abc-1", seen.fields
        assert seen["x-forwarded-host"] == "outer.example", seen.fields
    for record in gate.records(5):
        assert record["client"] != "9.9.9.9" and record["peer"] == "127.0.0.1", record
        assert record["request_id"] == "abc-1", record


def case_a_client_cannot_speak_in_our_name(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    gate.ask("/", fields=[("X-Turnpike-Crawler", "a"), ("x_turnpike_category", "b"),
                          ("X-Turnpike_Proof", "c"), ("X_Turnpike-Action", "d"),
                          ("X-TURNPIKE-ANYTHING", "e"), ("X-Turnpikes", "kept")])
    seen = origin.requests[0].fields
    ours = {name.lower(): value for name, value in seen
            if name.lower().replace("_", "-").startswith("x-turnpike-")}
    assert not {"a", "b", "c", "d", "e"} & set(ours.values()), seen
    assert ours.get("x-turnpike-category") == "browser", seen
    assert ours.get("x-turnpike-action") == "allow" and ours.get("x-turnpike-proof") == "none", seen
    assert seen.get("x-turnpikes") == "kept"


def case_an_upgrade_is_forwarded_as_a_plain_request(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    answer = gate.ask("/socket", fields=[
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
    assert answer.status == 200
    seen = origin.requests[0].fields
    assert "upgrade" not in seen and "upgrade" not in (seen.get("connection") or "").lower(), seen
    gate.ask("/h2", fields=[("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"),
                            ("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA")])
    assert "upgrade" not in origin.requests[1].fields and \
        "http2-settings" not in origin.requests[1].fields


def case_a_switch_of_protocols_nobody_asked_for_is_a_bad_gateway(rig):
    origin = rig.origin(answer_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n"
                                   b"Connection: upgrade\r\n\r\n"))
    gate = rig.turnpike(origin=origin)
    assert gate.ask("/").status == 502


def case_a_date_is_added_where_the_origin_has_none_and_kept_where_it_has(rig):
    own = "Sun, 06 Nov 1994 08:49:37 GMT"
    origin = rig.origin(answer_all(
        lambda message: response(fields=[("Date", own)] if message.target == "/own" else [])))
    gate = rig.turnpike(origin=origin)
    assert gate.ask("/own").fields.all("date") == [own]
    added = gate.ask("/").fields.all("date")
    assert len(added) == 1 and re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", added[0])


def case_repeated_fields_and_unknown_ones_arrive_in_order(rig):
    sent = [("X-A", "1"), ("Cookie", "a=1"), ("x-a", "2"), ("Cookie", "b=2"), ("X-Empty", ""),
            ("X-Obs", "\xe9\xff"), ("Accept", "a, b")]
    origin = rig.origin(answer_all(response(fields=[
        ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Location", "http://inner/"),
        ("Server", "own"), ("X-Odd", "\xe9"), ("ETag", 'W/"x"')])))
    gate = rig.turnpike(origin=origin)
    answer = gate.ask("/", fields=sent)
    names = {name.lower() for name, _ in sent}
    seen = [(name, value) for name, value in origin.requests[0].fields if name.lower() in names]
    assert seen == sent, seen
    assert answer.fields.all("set-cookie") == ["a=1", "b=2"], answer.fields
    for name, value in [("location", "http://inner/"), ("server", "own"), ("x-odd", "\xe9"),
                        ("etag", 'W/"x"')]:
        assert answer[name] == value, answer.fields


def case_methods_arrive_as_they_were_sent(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    methods = "GET POST PUT DELETE PATCH OPTIONS PROPFIND get M-SEARCH".split()
    for method in methods:
        assert gate.ask("/", method).status == 200, method
    assert gate.ask("*", "OPTIONS").status == 200
    assert [message.method for message in origin.requests][:-1] == methods
    assert origin.requests[-1].target == "*"
    before = len(origin.requests)
    for method in ["TRACE", "CONNECT"]:
        with gate.client() as client:
            client.send(request("a.example:443" if method == "CONNECT" else "/", method))
            assert client.final().status in (400, 405, 501), method
    assert len(origin.requests) == before


def case_expect_continue_is_answered_by_the_origin(rig):
    """The client sends its body only when the origin's 100 has come through."""
    def script(peer):
        message = peer.head()
        assert message["expect"] == "100-continue"
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        peer.body(message)
        peer.send(response(message.body))
    origin = rig.origin(script)
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(request("/", "POST", fields=[("Expect", "100-continue"),
                                                 ("Content-Length", "5")]))
        assert client.receive().status == 100
        client.send(b"hello")
        assert client.receive().body == b"hello"


def case_expect_continue_gets_a_refusal_without_a_body_being_sent(rig):
    origin = rig.origin(lambda peer: (peer.head(), peer.send(response(b"no", "413 Too Large"))))
    gate = rig.turnpike(origin=origin)
    for agent, status in [(BROWSER, 413), ("GPTBot/1.0", 403)]:
        with gate.client() as client:
            client.send(request("/", "POST", fields=[
                ("User-Agent", agent), ("Expect", "100-continue"), ("Content-Length", "5")]))
            assert client.receive().status == status
            client.finish_sending()
            assert client.gone(10)
