"""HTTP/1.1 as raw bytes: a client that sends exactly what it is told and reads answers strictly."""

import dataclasses
import socket
import struct


class Broken(Exception):
    """The peer's message ended early or is not well-formed."""


class Lines:
    """A socket read through a buffer: up to a separator, a number of bytes, or the end."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = bytearray()

    def _more(self):
        try:
            data = self.connection.recv(262144)
        except ConnectionResetError as error:
            raise Broken("the connection was reset") from error
        if not data:
            raise Broken(f"the connection ended after {bytes(self.buffer[-200:])!r}")
        self.buffer += data

    def until(self, separator, limit=1 << 20):
        """Everything up to the separator, which is taken and not returned."""
        while (end := self.buffer.find(separator)) < 0:
            if len(self.buffer) > limit:
                raise Broken(f"no {separator!r} in {limit} bytes")
            self._more()
        data = bytes(self.buffer[:end])
        del self.buffer[:end + len(separator)]
        return data

    def exactly(self, count, sink):
        """`count` bytes, handed to `sink` piece by piece."""
        while count > 0:
            if not self.buffer:
                self._more()
            piece = bytes(self.buffer[:count])
            del self.buffer[:len(piece)]
            sink(piece)
            count -= len(piece)

    def to_end(self, sink):
        while True:
            try:
                self._more()
            except Broken as broken:
                if "reset" in str(broken):
                    raise
                sink(bytes(self.buffer))
                self.buffer.clear()
                return
            sink(bytes(self.buffer))
            self.buffer.clear()


class Fields(list):
    """Field lines in order, as (name, value) text."""

    def all(self, name):
        return [value for key, value in self if key.lower() == name.lower()]

    def get(self, name, default=None):
        values = self.all(name)
        return ", ".join(values) if values else default

    def __contains__(self, name):
        return bool(self.all(name))


def parse_fields(lines):
    fields = Fields()
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip() or line[:1] in b" \t":
            raise Broken(f"not a field line: {line!r}")
        if any(byte < 32 and byte != 9 for byte in value) or b"\r" in line:
            raise Broken(f"control characters in {line!r}")
        fields.append((name.decode("ascii"), value.strip(b" \t").decode("latin-1")))
    return fields


@dataclasses.dataclass
class Message:
    """One request or response. `start` is its first line in three parts."""
    start: tuple
    fields: Fields
    head: bytes = b""
    body: bytes = b""
    trailers: Fields = dataclasses.field(default_factory=Fields)
    framing: str = "none"

    @property
    def status(self):
        return int(self.start[1])

    @property
    def reason(self):
        return self.start[2]

    @property
    def method(self):
        return self.start[0]

    @property
    def target(self):
        return self.start[1]

    def __getitem__(self, name):
        return self.fields.get(name)


def read_head(lines):
    head = lines.until(b"\r\n\r\n")
    first, *rest = head.split(b"\r\n")
    parts = first.decode("latin-1").split(" ", 2)
    if len(parts) == 2:
        parts.append("")
    if b"\n" in first or len(parts) != 3:
        raise Broken(f"not a first line: {first!r}")
    return Message(tuple(parts), parse_fields(rest), head)


def read_chunked(lines, message, sink):
    while True:
        size = lines.until(b"\r\n", 8192)
        if not size or set(size) - set(b"0123456789abcdefABCDEF"):
            raise Broken(f"not a chunk size: {size!r}")
        if int(size, 16) == 0:
            break
        lines.exactly(int(size, 16), sink)
        if lines.until(b"\r\n", 1) != b"":
            raise Broken("no CRLF behind a chunk")
    trailers = []
    while line := lines.until(b"\r\n"):
        trailers.append(line)
    message.trailers = parse_fields(trailers)


def read_body(lines, message, framing, sink):
    """Reads the body that `framing` announces: none, length, chunked, close."""
    message.framing = framing
    if framing == "length":
        lengths = message.fields.all("content-length")
        if len(lengths) != 1 or not lengths[0].isdigit():
            raise Broken(f"content-length {lengths}")
        lines.exactly(int(lengths[0]), sink)
    elif framing == "chunked":
        read_chunked(lines, message, sink)
    elif framing == "close":
        lines.to_end(sink)


def framing_of(message, response_to=None):
    """RFC 9112 §6.3. `response_to` is the request's method for a response, None for a request."""
    if response_to is not None:
        status = message.status
        if response_to == "HEAD" or status < 200 or status in (204, 304):
            return "none"
    coding = message.fields.get("transfer-encoding")
    if coding is not None:
        if coding.lower() != "chunked" or "content-length" in message.fields:
            raise Broken(f"transfer-encoding {coding}, with content-length "
                         f"{message.fields.get('content-length')}")
        return "chunked"
    if "content-length" in message.fields:
        return "length"
    return "none" if response_to is None else "close"


class Client:
    """A connection to the program under test."""

    def __init__(self, port, host="127.0.0.1", timeout=15, source=None):
        self.socket = socket.create_connection(
            (host, port), timeout=timeout, source_address=(source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = Lines(self.socket)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends the connection with an RST in place of a FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def receive(self, method="GET", sink=None):
        """The next response, interim ones included; `sink` takes the body, else the message."""
        message = read_head(self.lines)
        if message.start[0] not in ("HTTP/1.1", "HTTP/1.0"):
            raise Broken(f"not a status line: {message.start}")
        body = bytearray()
        read_body(self.lines, message, framing_of(message, method), sink or body.extend)
        message.body = bytes(body)
        return message

    def final(self, method="GET"):
        """The next response that is not interim."""
        while (message := self.receive(method)).status < 200:
            pass
        return message

    def closed(self, seconds=5):
        """Whether the peer closes, in good order and without another byte, within the time."""
        self.socket.settimeout(seconds)
        try:
            return not self.lines.buffer and self.socket.recv(1) == b""
        except (TimeoutError, ConnectionResetError):
            return False

    def gone(self, seconds=5):
        """Whether the peer closes or resets, after whatever bytes, within the time."""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def rest(self, seconds=5):
        """Every byte until the peer closes."""
        self.socket.settimeout(seconds)
        data = bytearray(self.lines.buffer)
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        return bytes(data)


def request(target="/", method="GET", host="site.example", fields=(), body=b"", version="HTTP/1.1"):
    """A request's bytes. A body gets a Content-Length unless `fields` say how it is framed."""
    lines = [f"{method} {target} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    lines += [f"{name}: {value}" for name, value in fields]
    names = {name.lower() for name, _ in fields}
    if (body or method in ("POST", "PUT")) and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def response(body=b"ok", status="200 OK", fields=()):
    """A response's bytes, framed by Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*pieces, trailers=b""):
    """A chunked body with one chunk for each piece."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + \
        b"0\r\n" + trailers + b"\r\n"
