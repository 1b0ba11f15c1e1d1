"""An origin that records every request and answers as its script says, down to the raw bytes."""

import socket
import struct
import threading
import time

from .wire import Broken, Lines, framing_of, read_body, read_head, response


class Peer:
    """One connection from the program under test, as a script sees it."""

    def __init__(self, origin, connection, number):
        self.origin = origin
        self.socket = connection
        self.number = number  # counted from 1 in order of arrival
        self.lines = Lines(connection)

    def head(self):
        """Reads and records a request's head; the body stays where it is."""
        message = read_head(self.lines)
        message.connection = self.number
        message.arrived = time.monotonic()
        self.origin.requests.append(message)
        return message

    def body(self, message, sink=None):
        body = bytearray()
        read_body(self.lines, message, framing_of(message), sink or body.extend)
        message.body = bytes(body)

    def request(self):
        """Reads and records a whole request."""
        message = self.head()
        self.body(message)
        return message

    def send(self, data):
        self.socket.sendall(data)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def gone(self, seconds=10):
        """Whether the other end closes or resets within the time; bytes until then are dropped."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except TimeoutError:
            return False
        except OSError:
            return True


def answer_all(reply=None):
    """A script: the same answer to every request, connection kept. `reply` may be a function."""
    def script(peer):
        while True:
            message = peer.request()
            peer.send(reply(message) if callable(reply) else reply or response())
    return script


def is_probe(connection):
    """Whether it is the program under test that asks, for the origin's own robots.txt."""
    seen = connection.recv(4096, socket.MSG_PEEK)
    return seen.startswith(b"GET /") and b"\r\nUser-Agent: Turnpike\r\n" in seen


class Origin:
    """Listens on a free port; `script(peer)` runs in a thread for every connection. Not for those
    that fetch the origin's robots.txt: they get `robots`, and are not recorded."""

    def __init__(self, script=None):
        self.script = script or answer_all()
        self.requests = []
        self.errors = []
        self.robots = response(status="404 Not Found")  # or a function of the request
        self.probes = []
        self.connections = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.peers = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(60)
            peer = Peer(self, connection, 0)
            self.peers.append(peer)
            threading.Thread(target=self._converse, args=(peer,), daemon=True).start()

    def _converse(self, peer):
        try:
            if is_probe(peer.socket):
                self._answer_probe(peer)
                return
            with self.lock:
                self.connections += 1
                peer.number = self.connections
            self.script(peer)
        except (Broken, OSError) as error:
            # The far end went away, or sent what the strict reader refuses: cases look at this.
            self.errors.append(error)
        finally:
            peer.socket.close()

    def _answer_probe(self, peer):
        message = read_head(peer.lines)
        self.probes.append(message)
        peer.send(self.robots(message) if callable(self.robots) else self.robots)

    def malformed(self):
        """What the program under test sent that is not well-formed HTTP, or was cut short."""
        return [str(error) for error in self.errors
                if isinstance(error, Broken) and "ended after b''" not in str(error) and
                "reset" not in str(error)]

    def targets(self):
        return [message.target for message in self.requests]

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        except OSError:
            pass
        self.listener.close()
        for peer in self.peers:
            peer.socket.close()
