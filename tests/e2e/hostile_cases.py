"""Requests that two readers could read in two ways: one refusal, then the connection closes."""

from rig.rig import wait_until
from rig.wire import Broken, request

SECRET = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def post(*lines, body=b"", version=b"HTTP/1.1"):
    return b"POST / " + version + b"\r\nHost: a\r\n" + \
        b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked"

# Each is followed by a request that must not be taken for one.
FRAMING = {
    "length and chunks": post(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n"),
    "chunks and length": post(CHUNKED, b"Content-Length: 4", body=b"0\r\n\r\n"),
    "two lengths": post(b"Content-Length: 0", b"Content-Length: 30"),
    "a list of lengths": post(b"Content-Length: 0, 30"),
    "a signed length": post(b"Content-Length: +0"),
    "a negative length": post(b"Content-Length: -1"),
    "a hexadecimal length": post(b"Content-Length: 0x0"),
    "a length with a space": post(b"Content-Length: 0 0"),
    "an empty length": post(b"Content-Length: "),
    "a length that overflows": post(b"Content-Length: 18446744073709551616"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "chunked twice": post(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "chunked in two fields": post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
    "chunked not last": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    "a second coding": post(CHUNKED, b"Transfer-Encoding: cow", body=b"0\r\n\r\n"),
    "a quoted coding": post(b'Transfer-Encoding: "chunked"', body=b"0\r\n\r\n"),
    "a vertical tab": post(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n"),
    "a coding with a parameter": post(b"Transfer-Encoding: chunked;a=b", body=b"0\r\n\r\n"),
    "chunks in HTTP/1.0": post(CHUNKED, body=b"0\r\n\r\n", version=b"HTTP/1.0"),
    "a space before the colon": post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
    "a folded coding": post(b"Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"),
    "a field that begins with a space": post(b" Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
}

CHUNKS = {
    "a size with 0x": b"0x1\r\na\r\n0\r\n\r\n", "a signed size": b"+1\r\na\r\n0\r\n\r\n",
    "a size with a space in front": b" 1\r\na\r\n0\r\n\r\n", "an empty size": b"\r\na\r\n0\r\n\r\n",
    "a size that overflows": b"10000000000000001\r\na\r\n0\r\n\r\n",
    "a bare LF behind the size": b"1\na\r\n0\r\n\r\n",
    "a bare LF behind data": b"1\r\na\n0\r\n\r\n",
    "data longer than its size": b"1\r\nabc\r\n0\r\n\r\n",
    "a bare LF in an extension": b"1;x\ny\r\na\r\n0\r\n\r\n",
    "a bare LF at the end": b"1\r\na\r\n0\r\n\n", "a bad trailer": b"0\r\nX Y: 1\r\n\r\n",
    "a folded trailer": b"0\r\nX: 1\r\n y\r\n\r\n",
}

HEADS = {
    "a bare LF line": b"GET / HTTP/1.1\nHost: a\n\n",
    "a bare LF in a field": b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n",
    "a bare CR": b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n",
    "a NUL": b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\0\r\n\r\n",
    "a NUL in the target": b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tab for a space": b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a space at the end": b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "no version": b"GET /\r\nHost: a\r\n\r\n",
    "a small version": b"GET / http/1.1\r\nHost: a\r\n\r\n",
    "a long version": b"GET / HTTP/1.10\r\nHost: a\r\n\r\n",
    "a space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a fragment": b"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "a relative target": b"GET index HTTP/1.1\r\nHost: a\r\n\r\n",
    "a field without a name": b"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
    "a field without a colon": b"GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
    "a name with a bracket": b"GET / HTTP/1.1\r\nHost: a\r\nX(: 1\r\n\r\n",
    "a space before the first field": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "a method with a sign": b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "an asterisk for GET": b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 40,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


def answers(gate, raw):
    """Every status that comes before the gate closes; asserts that it does close."""
    with gate.client() as client:
        client.send(raw)
        statuses = []
        try:
            while True:
                statuses.append(client.receive().status)
        except (Broken, ConnectionResetError):
            return statuses
        except TimeoutError:
            raise AssertionError(f"still open after {statuses}: {raw!r}") from None


def check(rig, shapes, wrap=lambda raw: raw, statuses=(400,)):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    wrong = []
    for what, raw in shapes.items():
        got = answers(gate, wrap(raw) + SECRET)
        if len(got) != 1 or got[0] not in statuses:
            wrong.append(f"{what}: {got}")
    assert not wrong, "\n".join(wrong)
    complete = [message for message in origin.requests if message.target != "/"]
    assert complete == [], [message.head for message in complete]
    assert gate.ask("/fine").status == 200
    return origin


def case_ambiguous_framing_is_refused_once_and_closed(rig):
    # RFC 9112 §6.1 names 501 for a transfer coding that is not known.
    origin = check(rig, FRAMING, statuses=(400, 501))
    assert origin.targets() == ["/fine"], origin.targets()


def case_malformed_heads_are_refused_once_and_closed(rig):
    origin = check(rig, HEADS, statuses=(400, 505))
    assert origin.targets() == ["/fine"], origin.targets()


def case_malformed_chunks_are_refused_once_and_closed(rig):
    """The head may have reached the origin by then; a complete request must not."""
    origin = check(rig, CHUNKS, wrap=lambda raw: post(CHUNKED, body=raw))
    assert all(not message.body for message in origin.requests), "a bad body was passed as complete"


def case_a_refusal_of_bad_syntax_is_counted_and_logged(rig):
    gate = rig.turnpike(origin=rig.origin())
    answers(gate, HEADS["two spaces"])
    record = gate.records()[0]
    assert (record["status"], record["outcome"]) == (400, "failed"), record
    assert "action" not in record and "site" not in record, record
    wait_until(lambda: gate.metric("turnpike_requests_total", site="-", action="-", category="-",
                                   outcome="failed") == 1, "the failure is not counted")


def case_what_the_origin_gets_is_written_anew(rig):
    """Odd but legal spellings arrive in the plain form."""
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(b"POST /x HTTP/1.1\r\nhOsT:\t a.example \t\r\ncOnTeNt-LeNgTh:   3\r\n"
                    b"X-A:b\r\nX-Empty:\r\n\r\nabc")
        assert client.receive().status == 200
        client.send(b"GET /y HTTP/1.9\r\nHost: a.example\r\n\r\n")
        assert client.receive().status == 200
    head = origin.requests[0].head
    assert head.startswith(b"POST /x HTTP/1.1\r\n") and b"Host: a.example\r\n" in head, head
    assert origin.requests[0].body == b"abc"
    assert origin.requests[1].start[2] == "HTTP/1.1"


def case_a_flood_of_small_chunks_or_extensions_ends(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(post(CHUNKED))
        try:
            client.send((b"1;" + b"x" * 200 + b"\r\na\r\n") * 20000)
        except OSError:
            pass
        assert client.gone(10)
    assert gate.ask("/").status == 200


def case_requests_behind_a_closing_one_are_not_served(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    got = answers(gate, request("/1", fields=[("Connection", "close")]) + SECRET)
    assert got == [200] and origin.targets() == ["/1"], (got, origin.targets())
