"""Connections on both sides: kept, pipelined, aborted, stale, slow, refused."""

import threading
import time

from rig.marks import limit, threaded
from rig.origin import answer_all
from rig.rig import wait_until
from rig.wire import Broken, request, response


def case_a_connection_serves_many_requests_and_the_origins_is_kept_too(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        for _ in range(50):
            client.send(request("/"))
            assert client.receive().status == 200
    assert origin.connections == 1, origin.connections
    assert len(origin.requests) == 50


def case_close_is_honoured_on_either_side(rig):
    origin = rig.origin(answer_all(response(fields=[("Connection", "close")])))
    gate = rig.turnpike(origin=origin)
    with gate.client() as client:
        for _ in range(2):
            client.send(request("/"))
            answer = client.receive()
            assert answer.status == 200 and "close" not in (answer["connection"] or "")
        client.send(request("/", fields=[("Connection", "Close")]))
        assert client.receive()["connection"] == "close"
        assert client.closed()
    assert origin.connections == 3


@threaded
def case_pipelined_requests_are_answered_in_order(rig):
    """The first is the slowest to be answered; one in the middle is refused by the gate itself."""
    def reply(message):
        time.sleep(0.2 if message.target == "/0" else 0)
        return response(message.target.encode())

    gate = rig.turnpike(origin=rig.origin(answer_all(reply)))
    with gate.client() as client:
        client.send(b"".join(
            request(f"/{i}", "POST" if i % 3 == 0 else "GET", body=b"x" * i if i % 3 == 0 else b"",
                    fields=[("User-Agent", "GPTBot/1.0" if i == 5 else "curl/8.0")])
            for i in range(20)))
        for i in range(20):
            answer = client.receive()
            if i == 5:
                assert answer.status == 403
            else:
                assert answer.body == f"/{i}".encode(), (i, answer.body)


def case_empty_lines_between_requests_are_forgiven_within_reason(rig):
    gate = rig.turnpike(origin=rig.origin())
    with gate.client() as client:
        client.send(b"\r\n" + request("/") + b"\r\n" + request("/"))
        assert client.receive().status == 200
        assert client.receive().status == 200
        client.send(b"\r\n" * 100000)
        assert client.gone(), "empty lines for ever"


def case_an_early_answer_reaches_a_client_that_still_uploads(rig):
    def script(peer):
        peer.head()
        peer.send(response(b"enough", "413 Content Too Large", [("Connection", "close")]))
        time.sleep(0.3)

    gate = rig.turnpike(origin=rig.origin(script))
    with gate.client() as client:
        client.send(request("/", "POST", fields=[("Content-Length", str(1 << 26))]))

        def upload():
            try:
                while True:
                    client.send(b"x" * 65536)
            except OSError:
                pass

        sender = threading.Thread(target=upload, daemon=True)
        sender.start()
        answer = client.receive()
        assert (answer.status, answer.body) == (413, b"enough"), answer
        sender.join(10)
        assert not sender.is_alive(), "the upload goes on for ever"


def case_a_client_that_leaves_takes_its_request_to_the_origin_along(rig):
    left = threading.Event()

    def script(peer):
        peer.request()
        if peer.gone(20):
            left.set()

    origin = rig.origin(script)
    gate = rig.turnpike(origin=origin)
    client = gate.client()
    client.send(request("/slow"))
    wait_until(lambda: origin.requests, "the request did not arrive")
    client.reset()
    assert left.wait(10), "the origin still works for a client that has gone"


def case_a_client_that_leaves_amid_an_answer_stops_the_origin(rig):
    left = threading.Event()

    def script(peer):
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            while True:
                peer.send(b"x" * 65536)
        except OSError:
            left.set()

    gate = rig.turnpike(origin=rig.origin(script))
    client = gate.client()
    client.send(request("/"))
    client.lines.until(b"\r\n\r\n")
    client.close()
    assert left.wait(15), "the origin sends to nobody"


def case_half_a_close_by_the_client_does_not_lose_its_answer(rig):
    def reply(message):
        time.sleep(0.3)
        return response(b"late")

    gate = rig.turnpike(origin=rig.origin(answer_all(reply)))
    with gate.client() as client:
        client.send(request("/"))
        client.finish_sending()
        assert client.receive().body == b"late"
        assert client.closed()


def stale_origin(rig):
    """Answers once a connection; the second request finds it closed without an answer."""
    def script(peer):
        peer.request()
        peer.send(response(b"first"))
        if peer.number == 1:
            peer.head()
            peer.reset()
        else:
            peer.request()
            peer.send(response(b"again"))

    return rig.origin(script)


def case_a_stale_connection_is_tried_once_more_for_idempotent_requests(rig):
    origin = stale_origin(rig)
    gate = rig.site(origin, config="threads: 1\n")
    assert gate.ask("/1").body == b"first"
    assert gate.ask("/2").status == 200
    assert origin.targets() == ["/1", "/2", "/2"], origin.targets()


def case_a_stale_connection_is_not_tried_again_with_a_post(rig):
    origin = stale_origin(rig)
    gate = rig.site(origin, config="threads: 1\n")
    assert gate.ask("/1").body == b"first"
    assert gate.ask("/2", "POST", body=b"pay").status == 502
    assert origin.targets() == ["/1", "/2"], origin.targets()


def case_an_origin_that_always_dies_is_tried_twice_and_no_more(rig):
    def script(peer):
        while peer.request().target == "/ok":
            peer.send(response())
        peer.reset()

    origin = rig.origin(script)
    gate = rig.site(origin, config="threads: 1\n")
    assert gate.ask("/ok").status == 200
    assert gate.ask("/die").status == 502
    assert origin.targets().count("/die") == 2, origin.targets()


def case_a_connection_closed_while_idle_is_not_used(rig):
    def script(peer):
        peer.request()
        peer.send(response())

    origin = rig.origin(script)
    gate = rig.site(origin, config="threads: 1\n")
    for i in range(5):
        assert gate.ask("/", "POST", body=b"x").status == 200, i
        time.sleep(0.05)
    assert len(origin.requests) == 5


def case_an_origin_that_is_down_is_a_bad_gateway(rig):
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    assert gate.ask("/").status == 200
    origin.close()
    for method in ("GET", "POST"):
        answer = gate.ask("/", method, body=b"")
        assert answer.status == 502, answer.start
        assert answer["cache-control"] == "no-store" and answer.body
    wait_until(lambda: gate.metric("turnpike_origin_requests_total", outcome="connect_failed") >= 1,
               "the failure is not counted")


def keep_sending(client, data):
    """One piece every 100 ms until the connection is gone."""
    try:
        while True:
            client.send(data)
            time.sleep(0.1)
    except OSError:
        pass


def case_an_unfinished_head_times_out(rig):
    gate = rig.site(rig.origin(), config="limits: { request_head_timeout: 1s }\n")
    with gate.client() as client:
        started = time.monotonic()
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
        trickle = threading.Thread(target=keep_sending, args=(client, b"X-A: b\r\n"), daemon=True)
        trickle.start()  # which does not extend the limit
        answer = client.receive()
        assert answer.status == 408 and answer["connection"] == "close", answer
        assert 0.9 < time.monotonic() - started < 4, time.monotonic() - started
    record = gate.records()[0]
    assert (record["status"], record["outcome"]) == (408, "failed"), record


def case_an_idle_connection_is_closed_without_a_word(rig):
    gate = rig.site(rig.origin(), config="limits: { idle_timeout: 1s, request_head_timeout: 2s }\n")
    with gate.client() as used, gate.client() as silent:
        used.send(request("/"))
        assert used.receive().status == 200
        started = time.monotonic()
        assert used.closed(6), "bytes, or still open"
        assert 0.8 < time.monotonic() - started < 5
        assert silent.closed(6), "a connection that never spoke is still open"
    assert len(gate.records()) == 1


def case_a_body_that_stalls_times_out(rig):
    gate = rig.site(rig.origin(), config="limits: { idle_timeout: 1s }\n")
    with gate.client() as client:
        client.send(request("/", "POST", fields=[("Content-Length", "100")]) + b"x")
        assert client.gone(15), "still waits for the rest of the body"


def case_heads_that_are_too_large_are_refused_by_name(rig):
    gate = rig.site(rig.origin(), config="limits: { request_head: 16KiB }\n")
    for raw, status in [
            (request("/", fields=[("X-Big", "x" * 17000)]), 431),
            (request("/", fields=[("X-Many", "y")] * 150), 431),
            (request("/" + "z" * 9000), 414)]:
        with gate.client() as client:
            client.send(raw)
            answer = client.final()
            assert answer.status == status, (status, answer.start)
            assert client.gone()
    assert gate.ask("/" + "z" * 7900).status == 200


def case_more_connections_than_allowed_are_turned_away(rig):
    gate = rig.site(rig.origin(), config="threads: 1\nlimits: { connections: 5 }\n")
    clients, served = [], 0
    for _ in range(12):
        try:
            clients.append(gate.client())
            clients[-1].send(request("/"))
            served += clients[-1].receive().status == 200
        except (Broken, OSError):
            continue
    assert 4 <= served <= 5, served
    for client in clients:
        client.close()
    wait_until(lambda: answers(gate), "nobody is served after they have gone")


def answers(gate):
    try:
        return gate.ask("/").status == 200
    except (Broken, OSError):
        return False


@threaded
@limit(90)
def case_many_clients_at_once_get_their_own_answers(rig):
    origin = rig.origin(answer_all(lambda message: response(message.target.encode() * 50)))
    gate = rig.site(origin, config="threads: 4\n")
    wrong = []

    def run(number):
        with gate.client() as client:
            for i in range(40):
                target = f"/{number}/{i}"
                agent = "GPTBot/1.0" if i % 4 == 3 else "curl/8"
                client.send(request(target, fields=[("User-Agent", agent)]))
                answer = client.receive()
                right = (answer.status == 403 if i % 4 == 3
                         else answer.body == target.encode() * 50)
                if not right:
                    wrong.append((target, answer.status))

    runners = [threading.Thread(target=run, args=(number,)) for number in range(24)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert not wrong, wrong[:5]
    wait_until(lambda: gate.metric("turnpike_requests_total", outcome="forwarded") == 24 * 30,
               lambda: f"counted {gate.metric('turnpike_requests_total', outcome='forwarded')}")
    wait_until(lambda: gate.metric("turnpike_requests_total", outcome="refused") == 24 * 10,
               "not every refusal is counted")
    assert len(gate.records(24 * 40)) == 24 * 40
