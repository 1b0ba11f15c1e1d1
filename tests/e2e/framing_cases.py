"""How the end of a body is found and told on, both ways; and what is cut short stays so."""

import threading

from rig.marks import threaded
from rig.origin import answer_all
from rig.wire import Broken, chunked, request, response


def cut_short(client):
    """Whether the next response breaks off before its announced end, or is an error of the gate."""
    try:
        return client.receive().status == 502
    except Broken:
        return True


def case_a_head_request_gets_the_head_only(rig):
    origin = rig.origin(answer_all(b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nX-A: 1\r\n\r\n"))
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        for _ in range(3):
            client.send(request("/", "HEAD"))
            answer = client.receive("HEAD")
            assert (answer.status, answer["content-length"], answer["x-a"]) == (200, "12345", "1")
    assert origin.connections == 1, "the connection to the origin was not kept"


def case_statuses_without_a_body_have_none(rig):
    answers = {"/204": b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n",
               "/304": b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 99\r\n\r\n",
               "/205": response(b"", "205 Reset Content"), "/200": response(b"")}
    gate = rig.turnpike(origin=rig.origin(answer_all(lambda message: answers[message.target])))
    with gate.client() as client:
        for target in ["/204", "/304", "/205", "/200", "/304", "/204"]:
            client.send(request(target))
            answer = client.receive()
            assert answer.status == int(target[1:]) and answer.body == b""
            if target == "/204":
                assert "content-length" not in answer.fields, answer.fields
            assert "transfer-encoding" not in answer.fields, answer.fields


def case_early_hints_are_passed_on_but_not_to_a_1_0_client(rig):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    gate = rig.turnpike(origin=rig.origin(answer_all(hints + hints + response(b"page"))))
    with gate.client() as client:
        client.send(request("/"))
        for _ in range(2):
            hint = client.receive()
            assert (hint.status, hint["link"]) == (103, "</a.css>; rel=preload"), hint
        assert client.receive().body == b"page"
    with gate.client() as client:
        client.send(request("/", version="HTTP/1.0"))
        assert client.receive().status == 200


def case_a_chunked_response_stays_chunked(rig):
    body = chunked(b"a" * 10, b"b" * 70000, b"c")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    origin = rig.origin(answer_all(head + body))
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        for _ in range(2):
            client.send(request("/"))
            answer = client.receive()
            assert answer.framing == "chunked"
            assert answer.body == b"a" * 10 + b"b" * 70000 + b"c"
    assert origin.connections == 1


def case_chunk_extensions_end_here_and_trailers_go_on(rig):
    raw = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
           b"5;a=b;c=\"d\"\r\nhello\r\n0\r\nX-Sum: 5\r\nContent-Length: 7\r\n\r\n")
    gate = rig.turnpike(origin=rig.origin(answer_all(raw)))
    with gate.client() as client:
        client.send(request("/", fields=[("TE", "trailers"), ("Connection", "TE")]))
        answer = client.receive()  # the client refuses a chunk size with anything behind it
    assert answer.body == b"hello"
    assert "content-length" not in answer.trailers, answer.trailers
    assert answer.trailers.get("x-sum", "5") == "5"


@threaded
def case_a_chunked_request_reaches_the_origin_chunked(rig):
    origin = rig.origin(answer_all(lambda message: response(message.body)))
    gate = rig.turnpike(origin=origin)
    pieces = [b"x" * size for size in (1, 15, 16, 17, 4095, 4096, 16384, 65537)]
    for body in (chunked(*pieces), chunked()):
        answer = gate.ask("/", "POST", fields=[("Transfer-Encoding", "chunked")], body=body)
        assert answer.status == 200
    assert origin.requests[0].framing == "chunked"
    assert origin.requests[0].body == b"".join(pieces)
    assert origin.requests[1].body == b""
    assert "content-length" not in origin.requests[0].fields


def case_a_chunked_body_is_passed_on_piece_by_piece(rig):
    """The origin sees the first chunk while the client still holds back the second."""
    seen = []

    def script(peer):
        peer.head()
        seen.append(peer.lines.until(b"first"))
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        seen.append(peer.lines.until(b"0\r\n\r\n"))
        peer.send(response(b"done"))

    gate = rig.turnpike(origin=rig.origin(script))
    with gate.client() as client:
        client.send(request("/", "POST", fields=[("Transfer-Encoding", "chunked")]))
        client.send(b"5\r\nfirst\r\n")
        assert client.receive().status == 100
        client.send(b"6\r\nsecond\r\n0\r\n\r\n")
        assert client.receive().body == b"done"


def case_a_response_streams_while_it_is_made(rig):
    """An event reaches the client before the origin has made the next one."""
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            peer.send(b"8\r\ndata: x\n\r\n")
            peer.origin.released.acquire(timeout=10)
        peer.send(b"0\r\n\r\n")

    origin = rig.origin(script)
    origin.released = threading.Semaphore(0)
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        client.send(request("/"))
        client.lines.until(b"\r\n\r\n")
        for _ in range(3):
            client.lines.until(b"data: x\n")
            origin.released.release()
        client.lines.until(b"0\r\n\r\n")


def case_a_body_that_ends_with_the_connection_is_framed_for_the_client(rig):
    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"y" * 100000)

    gate = rig.turnpike(origin=rig.origin(script))
    with gate.client() as client:
        for _ in range(2):  # and the client's connection outlives the origin's
            client.send(request("/"))
            answer = client.receive()
            assert (answer.framing, answer.body) == ("chunked", b"y" * 100000)
    with gate.client() as client:
        client.send(request("/", version="HTTP/1.0"))
        answer = client.receive()
        assert (answer.framing, answer.body) == ("close", b"y" * 100000)


def case_a_1_0_client_gets_no_chunks_and_is_closed(rig):
    gate = rig.turnpike(origin=rig.origin(answer_all(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"abc", b"def"))))
    with gate.client() as client:
        client.send(request("/", version="HTTP/1.0", fields=[("Connection", "keep-alive")]))
        answer = client.receive()
        assert "transfer-encoding" not in answer.fields, answer.fields
        assert answer.body == b"abcdef"
        assert client.closed()


def case_a_1_0_origin_is_understood(rig):
    def script(peer):
        message = peer.request()
        if message.target == "/length":
            peer.send(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
        else:
            peer.send(b"HTTP/1.0 200 OK\r\n\r\nok")

    gate = rig.turnpike(origin=rig.origin(script))
    with gate.client() as client:
        for target in ["/length", "/close", "/length"]:
            client.send(request(target))
            answer = client.receive()
            assert answer.start[0] == "HTTP/1.1" and answer.body == b"ok", answer


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

TRUNCATED = {
    "a length not reached": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
    "no last chunk": CHUNKED + b"5\r\n12345\r\n",
    "half a chunk": CHUNKED + b"8\r\n12345",
    "no end of trailers": CHUNKED + b"5\r\n12345\r\n0\r\n",
    "a bad chunk size": CHUNKED + b"5\r\n12345\r\nzz\r\n",
}


def case_a_truncated_response_is_seen_as_truncated(rig):
    for what, raw in TRUNCATED.items():
        def script(peer, raw=raw):
            peer.request()
            peer.send(raw)

        gate = rig.turnpike(origin=rig.origin(script))
        with gate.client() as client:
            client.send(request("/"))
            assert cut_short(client), f"{what} was shown as complete"
        assert gate.metric("turnpike_origin_requests_total", outcome="ok") == 0, what


def case_a_truncated_request_never_reaches_the_origin_as_complete(rig):
    for raw in [b"Content-Length: 10\r\n\r\n12345",
                b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
                b"Transfer-Encoding: chunked\r\n\r\n8\r\n123"]:
        origin = rig.origin()
        gate = rig.turnpike(origin=origin)
        with gate.client() as client:
            client.send(b"POST / HTTP/1.1\r\nHost: a\r\n" + raw)
            client.finish_sending()
            client.gone(10)
        assert all(not message.body for message in origin.requests), raw


GARBAGE = {
    "not HTTP": b"hello there\r\n\r\n", "no status": b"HTTP/1.1\r\n\r\n",
    "a bad status": b"HTTP/1.1 2000 OK\r\n\r\n", "another protocol": b"SSH-2.0-x\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok1",
    "a signed length": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "a name with a space": b"HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 2\r\n\r\nok",
    "a NUL": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok",
    "an unknown coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                         b"\r\n0\r\n\r\n",
    "version 2": b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "nothing": b"", "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-B: b\r\n" * 20000,
}


def case_a_malformed_response_is_a_bad_gateway(rig):
    for what, raw in GARBAGE.items():
        def script(peer, raw=raw):
            peer.request()
            peer.send(raw)

        gate = rig.turnpike(origin=rig.origin(script))
        answer = gate.ask("/")
        assert answer.status == 502, f"{what}: {answer.start}"
        record = gate.records()[0]
        assert (record["status"], record["outcome"]) == (502, "failed"), record


def case_bytes_behind_a_response_are_never_given_to_the_next_request(rig):
    evil = response(b"evil")
    for raw in [response(b"good") + evil, b"HTTP/1.1 204 No Content\r\n\r\n" + evil,
                CHUNKED + b"4\r\ngood\r\n0\r\n\r\n" + evil]:
        def script(peer, raw=raw):
            message = peer.request()
            peer.send(raw if message.target == "/first" else response(b"second"))
            if message.target == "/first":
                peer.request()
                peer.send(evil)

        gate = rig.turnpike(origin=rig.origin(script))
        with gate.client() as client:
            client.send(request("/first"))
            assert client.receive().status in (200, 204)
            client.send(request("/second"))
            assert client.receive().body == b"second"
