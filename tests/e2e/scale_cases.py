"""Sizes and numbers: bodies by hash, a gibibyte at flat memory, thousands of idle connections."""

import hashlib
import random
import resource
import threading
import time

import bodies
from rig.marks import alone, limit, release_only, threaded
from rig.origin import answer_all
from rig.rig import wait_until
from rig.wire import Client, request, response

GIBIBYTE = 1 << 30
BLOCK = random.Random(7).randbytes(1 << 20)


@alone
@threaded
@limit(150)
def case_bodies_of_all_sizes_and_framings_arrive_unchanged(rig):
    seed = str(random.SystemRandom().randrange(1 << 32))
    complaints = bodies.run(rig, 100 if rig.sanitized else 400, seed)
    assert not complaints, f"seed {seed}:\n" + "\n".join(complaints)


def counting_origin(rig):
    """Counts what is uploaded, and sends a gibibyte to whoever asks."""
    def script(peer):
        while True:
            message = peer.head()
            digest, count = hashlib.sha256(), [0]

            def take(data):
                digest.update(data)
                count[0] += len(data)

            peer.body(message, take)
            if message.method == "GET":
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIBIBYTE)
                for _ in range(GIBIBYTE // len(BLOCK)):
                    peer.send(BLOCK)
            else:
                said = f"{count[0]} {digest.hexdigest()}".encode()
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))

    return rig.origin(script)


def digest_of_gibibyte():
    digest = hashlib.sha256()
    for _ in range(GIBIBYTE // len(BLOCK)):
        digest.update(BLOCK)
    return digest.hexdigest()


@alone
@release_only
@limit(180)
def case_a_gibibyte_passes_both_ways_at_flat_memory(rig):
    gate = rig.turnpike(origin=counting_origin(rig))
    expected = digest_of_gibibyte()
    gate.ask("/", "POST", body=b"warm")
    before = gate.process.memory("VmHWM")
    with gate.client(timeout=60) as client:
        client.send(request("/", "POST", fields=[("Content-Length", str(GIBIBYTE))]))
        for _ in range(GIBIBYTE // len(BLOCK)):
            client.send(BLOCK)
        assert client.receive().body.decode() == f"{GIBIBYTE} {expected}"
        digest = hashlib.sha256()
        client.send(request("/"))
        client.receive(sink=digest.update)
        assert digest.hexdigest() == expected
    grown = gate.process.memory("VmHWM") - before
    assert grown < 16 * 1024, f"memory grew by {grown} KiB"


@alone
@release_only
@limit(120)
def case_a_slow_reader_does_not_fill_memory(rig):
    """The origin sends as fast as it may, the client reads nothing: both must wait."""
    gate = rig.turnpike(origin=counting_origin(rig))
    gate.ask("/", "POST", body=b"warm")
    before = gate.process.memory("VmHWM")
    clients = [gate.client() for _ in range(20)]
    for client in clients:
        client.send(request("/"))
    time.sleep(2)
    grown = gate.process.memory("VmHWM") - before
    assert grown < 16 * 1024, f"memory grew by {grown} KiB for 20 clients that do not read"
    for client in clients:
        client.reset()


@alone
@release_only
@limit(120)
def case_five_thousand_idle_connections_are_cheap(rig):
    count = 5000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard > count + 200, f"only {hard} descriptors are allowed here"
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gate = rig.turnpike(origin=rig.origin())
    crawl = request("/", fields=[("User-Agent", "GPTBot/1.0")])
    # What is allocated once, is; and each thread's memory of decisions is full.
    for client in [gate.client() for _ in range(64)]:
        for _ in range(10):
            client.send(crawl * 20)
            for _ in range(20):
                client.receive()
        client.close()
    before = gate.process.own_memory()
    clients = [gate.client() for _ in range(count)]
    for client in clients:  # each has had a request, so each has had its buffers
        client.send(crawl)
        client.receive()
    wait_until(lambda: gate.metric("turnpike_connections", state="idle") >= count, "not all idle",
               30)
    time.sleep(3)  # idle connections give their buffers back after a moment
    each = (gate.process.own_memory() - before) * 1024 / count
    assert 0 < each <= 1536, f"{each:.0f} bytes a connection"
    for client in clients[:50] + clients[-50:]:
        client.send(request("/"))
        assert client.receive().status == 200, "an idle connection has died"


@alone
@limit(90)
def case_nothing_is_leaked_by_a_thousand_connections(rig):
    """Descriptors and memory after many short, aborted and refused connections are as before."""
    origin = rig.origin(answer_all(response(fields=[("Connection", "close")])))  # no pool
    gate = rig.turnpike(origin=origin)

    def abuse(number):
        for i in range(number):
            client = Client(gate.port)
            client.send([request("/"), b"GARB", request("/", fields=[("User-Agent", "GPTBot/1")]),
                         request("/", "POST", fields=[("Content-Length", "9")]) + b"x"][i % 4])
            if i % 3:
                client.reset()
            else:
                client.close()

    def abuse_at_once():
        workers = [threading.Thread(target=abuse, args=(250,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        wait_until(lambda: gate.metric("turnpike_connections", state="active") <= 1, "still active")

    files = gate.process.open_files()
    abuse_at_once()
    time.sleep(1)  # caches are as full as they get
    memory = gate.process.memory("VmRSS")
    abuse_at_once()
    wait_until(lambda: gate.process.open_files() <= files + 8,
               lambda: f"{gate.process.open_files()} descriptors, {files} before", 30)
    if rig.preset == "release":  # buffers go back to the system a moment after they are free
        wait_until(lambda: gate.process.memory("VmRSS") < memory + 4 * 1024,
                   lambda: f"memory grew from {memory} to {gate.process.memory('VmRSS')} KiB")
    assert gate.ask("/").status == 200
