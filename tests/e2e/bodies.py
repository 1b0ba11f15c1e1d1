#!/usr/bin/env python3
"""Bodies of mixed sizes, methods and framings through the gate in both directions, equal by hash.

Sizes are log-uniform up to 64 MiB with 0, 1 and the borders of chunks and buffers forced. The
origin answers an upload with the hash of what it got, and any request with as many bytes as its
target asks for. A failure prints the seed that repeats it.
"""

import argparse
import hashlib
import pathlib
import random
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from rig.standalone import run_with_rig  # noqa: E402
from rig.wire import Broken, request  # noqa: E402

BORDERS = [0, 1, 2, 15, 16, 255, 256, 4095, 4096, 4097, 16383, 16384, 16385, 65535, 65536, 65537,
           131072, 1 << 20]
LARGEST = 64 << 20
NOISE = random.Random(1).randbytes(1 << 20)


def pieces(size, chooser):
    """`size` bytes in pieces of mixed sizes, cut out of noise."""
    while size > 0:
        length = min(size, chooser.choice([1, 100, 4096, 16384, 65536, 262144])
                     if size < 1 << 20 else 262144)
        start = chooser.randrange(len(NOISE) - length + 1)
        yield NOISE[start:start + length]
        size -= length


def send_body(send, size, framing, chooser):
    """Sends a body in that framing and returns its hash."""
    digest = hashlib.sha256()
    for piece in pieces(size, chooser):
        digest.update(piece)
        send(b"%x\r\n%s\r\n" % (len(piece), piece) if framing == "chunked" else piece)
    if framing == "chunked":
        send(b"0\r\n\r\n")
    return digest.hexdigest()


def head_lines(size, framing):
    if framing == "chunked":
        return b"Transfer-Encoding: chunked\r\n"
    return b"Connection: close\r\n" if framing == "close" else b"Content-Length: %d\r\n" % size


def origin_script(peer):
    """GET /SIZE/FRAMING/SEED: that body, and the hash of what was uploaded in a field."""
    while True:
        message = peer.head()
        digest = hashlib.sha256()
        peer.body(message, digest.update)
        _, size, framing, seed = message.target.split("/")
        size = 0 if message.method == "HEAD" else int(size)
        peer.send(b"HTTP/1.1 200 OK\r\nX-Got: " + digest.hexdigest().encode() + b"\r\n" +
                  head_lines(int(message.target.split("/")[1]), framing) + b"\r\n")
        if message.method != "HEAD":
            send_body(peer.send, size, framing, random.Random(seed))
        if framing == "close":
            return


def size_of(number, chooser):
    if number < len(BORDERS):
        return BORDERS[number]
    return int(2 ** chooser.uniform(0, LARGEST.bit_length() - 1))


def exchange(client, number, seed):
    """One request up and one response down; what is wrong, or None."""
    chooser = random.Random(f"{seed}-{number}")
    sizes = [size_of(number, chooser), size_of(number, chooser) if number % 2 else
             BORDERS[number % len(BORDERS)]]
    up, down = sizes if chooser.random() < 0.5 else reversed(sizes)
    method = chooser.choice(["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD"])
    up_framing = chooser.choice(["length", "chunked"])
    down_framing = chooser.choice(["length", "chunked", "close"])
    what = f"exchange {number}: {method} {up} bytes {up_framing} up, {down} {down_framing} down"
    head = request(f"/{down}/{down_framing}/{number}", method, fields=[
        ("User-Agent", "bodies/1"), ("Transfer-Encoding", "chunked") if up_framing == "chunked"
        else ("Content-Length", str(up))])
    sent = []

    def upload():
        client.send(head)
        sent.append(send_body(client.send, up, up_framing, chooser))

    sender = threading.Thread(target=upload, daemon=True)
    sender.start()
    digest = hashlib.sha256()
    try:
        answer = client.receive(method, digest.update)
    except (Broken, OSError) as error:
        return f"{what}: {error!r}"
    sender.join(60)
    expected = hashlib.sha256()
    if method != "HEAD":
        for piece in pieces(down, random.Random(str(number))):
            expected.update(piece)
    if answer.status != 200:
        return f"{what}: status {answer.status}"
    if answer["x-got"] != sent[0]:
        return f"{what}: the origin got another body"
    if digest.hexdigest() != expected.hexdigest():
        return f"{what}: the client got another body"
    return None


def run(rig, count, seed, threads=2):
    """`count` exchanges on a few connections; the complaints."""
    gate = rig.turnpike(origin=rig.origin(origin_script))
    complaints = []
    numbers = iter(range(count))
    lock = threading.Lock()

    def work():
        client = gate.client(timeout=60)
        while len(complaints) < 10:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            complaint = exchange(client, number, seed)
            if complaint:
                complaints.append(complaint)
            if complaint or number % 10 == 9:  # connections of mixed lives
                client.close()
                client = gate.client(timeout=60)
        client.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="build/release/turnpike")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(1 << 32)))
    options = parser.parse_args()

    def work(rig):
        print(f"seed {options.seed}, {options.count} exchanges")
        return options.count, run(rig, options.count, options.seed)

    return run_with_rig(options.binary, work)


if __name__ == "__main__":
    sys.exit(main())
