"""From start to stop: readiness, draining, a second signal, log rotation, addresses in use."""

import json
import signal
import socket
import threading
import time

from rig.gateway import BROWSER
from rig.marks import threaded
from rig.origin import answer_all
from rig.process import Process, free_port
from rig.rig import wait_until
from rig.wire import Client, request, response


def slow_origin(rig):
    """Answers `/slow` when released, anything else at once."""
    released = threading.Event()

    def reply(message):
        if message.target == "/slow":
            released.wait(30)
        return response(message.target.encode())

    origin = rig.origin(answer_all(reply))
    origin.released = released
    return origin


@threaded
def case_sigterm_lets_a_request_under_way_end(rig):
    origin = slow_origin(rig)
    gate = rig.turnpike(origin=origin)
    busy, idle = gate.client(), gate.client()
    idle.send(request("/"))
    assert idle.receive().status == 200
    busy.send(request("/slow"))
    wait_until(lambda: "/slow" in origin.targets(), "the request did not arrive")
    gate.terminate()
    assert idle.closed(10), "an idle connection is kept while draining"
    assert gate.process.running()
    wait_until(lambda: refuses(gate.port), "connections are still accepted")
    origin.released.set()
    answer = busy.receive()
    assert answer.body == b"/slow" and answer["connection"] == "close", answer
    assert gate.process.wait() == 0
    assert {record["path"] for record in gate.records(2)} == {"/", "/slow"}


def refuses(port):
    """Whether nobody accepts there (a backlog may still take a connection and reset it)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            probe.sendall(request("/"))
            return probe.recv(1) == b""
    except OSError:
        return True


@threaded
def case_a_second_sigterm_stops_at_once(rig):
    origin = slow_origin(rig)
    gate = rig.turnpike(origin=origin)
    busy = gate.client()
    busy.send(request("/slow"))
    wait_until(lambda: "/slow" in origin.targets(), "the request did not arrive")
    gate.terminate()
    time.sleep(0.3)
    assert gate.process.running(), "the first signal did not wait"
    started = time.monotonic()
    gate.terminate()
    gate.process.wait(5)
    assert time.monotonic() - started < 3
    assert busy.gone()


def case_draining_ends_when_its_time_is_up(rig):
    origin = slow_origin(rig)
    gate = rig.site(origin, config="limits: { drain_timeout: 1s }\n")
    busy = gate.client()
    busy.send(request("/slow"))
    wait_until(lambda: "/slow" in origin.targets(), "the request did not arrive")
    started = time.monotonic()
    gate.terminate()
    assert gate.process.wait(10) == 0
    assert 0.8 < time.monotonic() - started < 6


def case_readyz_says_no_while_draining(rig):
    origin = slow_origin(rig)
    gate = rig.turnpike(origin=origin)
    assert gate.admin("/readyz").status == 200 and gate.admin("/healthz").status == 200
    busy = gate.client()
    busy.send(request("/slow"))
    wait_until(lambda: "/slow" in origin.targets(), "the request did not arrive")
    gate.terminate()

    def not_ready():
        try:
            return gate.admin("/readyz").status == 503
        except OSError:
            return True  # the listener has gone, which says the same

    wait_until(not_ready, "/readyz still says 200")
    origin.released.set()
    assert busy.receive().status == 200


def case_sigint_ends_it_too(rig):
    gate = rig.turnpike(origin=rig.origin())
    gate.process.signal(signal.SIGINT)
    assert gate.process.wait() == 0


@threaded
def case_sigusr1_opens_the_log_anew(rig):
    gate = rig.site(rig.origin(), config="access_log: { to: access.log }\n")
    log = gate.directory / "access.log"
    gate.ask("/before")
    gate.log(1, path=log)
    log.rename(gate.directory / "access.log.1")
    gate.ask("/between")
    gate.log(2, path=gate.directory / "access.log.1")
    gate.process.signal(signal.SIGUSR1)
    wait_until(log.exists, "no new file")
    gate.ask("/after")
    paths = [json.loads(line)["path"] for line in gate.log(1, path=log)]
    assert paths == ["/after"], paths
    old = [json.loads(line)["path"]
           for line in (gate.directory / "access.log.1").read_text().splitlines()]
    assert sorted(old) == ["/before", "/between"], old


def case_the_log_is_complete_after_the_end(rig):
    gate = rig.turnpike(origin=rig.origin())
    for i in range(20):
        gate.ask(f"/{i}")
    gate.stop()
    assert len(gate.process.stdout().splitlines()) == 20


def case_an_address_in_use_is_said_and_is_an_error(rig):
    gate = rig.turnpike(origin=rig.origin())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, said = rig.command("serve", "--origin", "http://127.0.0.1:1", "--listen",
                                      f"127.0.0.1:{port}", "--admin", "off")
        assert status != 0 and str(port) in said, (status, said)
        status, _, said = rig.command("serve", "--origin", "http://127.0.0.1:1", "--listen",
                                      f"127.0.0.1:{free_port()}", "--admin", f"127.0.0.1:{port}")
        assert status != 0 and str(port) in said, (status, said)
    # Nor ourselves: another instance, or admin beside the sites, would get half of the clients.
    for port, admin in [(gate.port, "off"), (free_port(), None)]:
        address = f"127.0.0.1:{port}"
        status, _, said = rig.command("serve", "--origin", "http://127.0.0.1:1", "--listen",
                                      address, "--admin", admin or address, seconds=10)
        assert status == 1 and address in said, (status, said)
    assert gate.ask("/").status == 200


def case_the_default_admin_address_when_taken_is_a_warning(rig):
    """Nobody wrote 127.0.0.1:9477, so nobody is refused service for it."""
    port = free_port()
    try:
        taken = socket.create_server(("127.0.0.1", 9477))
    except OSError:
        taken = None  # somebody else has it: as good
    process = Process([rig.binary, "serve", "--origin", rig.origin().url, "--listen",
                       f"127.0.0.1:{port}"], rig.folder("default"), "default")
    try:
        process.until_listening(port)
        with Client(port) as client:
            client.send(request("/", fields=[("User-Agent", BROWSER)]))
            assert client.receive().status == 200
        assert b"9477" in process.stderr(), process.tail()
        process.stop()
    finally:
        process.kill()
        if taken:
            taken.close()


def case_several_listeners_and_ipv6_are_served(rig):
    ports = [free_port(), free_port()]
    origin = rig.origin()
    gate = rig.turnpike(
        config=f'listen:\n  - address: "127.0.0.1:{ports[0]}"\n  - address: "[::1]:{ports[1]}"\n',
        sites={"example": f'hosts: ["*"]\norigin: {origin.url}\n'}, admin=True,
        listens_on=ports[0])
    with gate.client() as client, Client(ports[1], host="::1") as six:
        for each in (client, six):
            each.send(request("/"))
            assert each.receive().status == 200
    assert [message["x-real-ip"] for message in origin.requests] == ["127.0.0.1", "::1"]


def case_the_admin_listener_answers_to_local_names_only(rig):
    gate = rig.turnpike(origin=rig.origin())
    for target, status in [("/metrics", 200), ("/healthz", 200), ("/nothing", 404)]:
        assert gate.admin(target).status == status, target
    assert gate.admin("/metrics", "POST").status == 405
    with Client(gate.admin_port) as client:  # DNS rebinding
        client.send(request("/metrics", host="evil.example"))
        assert client.receive().status == 421
    assert gate.ask("/metrics").body == b"ok", "/metrics of the site is the site's own"


def case_the_metrics_listener_answers_to_any_name(rig):
    port = free_port()
    gate = rig.site(rig.origin(), config=f'metrics: {{ address: "127.0.0.1:{port}" }}\n')
    with Client(port) as client:
        for target, status in [("/metrics", 200), ("/healthz", 200), ("/readyz", 200),
                               ("/api/v1/x", 404)]:
            client.send(request(target, host="metrics.internal"))
            assert client.receive().status == status, target
    assert gate.process.running()
