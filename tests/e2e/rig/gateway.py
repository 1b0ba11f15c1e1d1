"""`turnpike serve` as a process: its configuration, its metrics, its log."""

import json
import pathlib
import re
import signal
import subprocess

from .process import Process, free_port, wait_until
from .wire import Client, request

BROWSER = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/126.0.0.0 Safari/537.36")
CRAWLER = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; " \
          "+https://openai.com/gptbot)"

LOG_FIELDS = ("time id request_id site client peer method host path query protocol status outcome "
              "action mode rule where reason crawler operator category proof bytes_in bytes_out "
              "duration_ms origin_ms user_agent referer").split()


def run(binary, arguments, directory, stdin=b"", seconds=30):
    """Runs a command of turnpike to its end: (exit status, stdout, stderr)."""
    ended = subprocess.run([binary, *arguments], cwd=directory, input=stdin, timeout=seconds,
                           capture_output=True)
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def metric_values(text):
    """A Prometheus exposition as {(name, ((label, value), …)): number}."""
    values = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parsed = re.fullmatch(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?", line)
        assert parsed, f"not a metric: {line!r}"
        labels = tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', parsed[2] or "")))
        values[parsed[1], labels] = float(parsed[3])
    return values


class Turnpike:
    """A running instance. Stopped by the rig, which also looks at how it ended."""

    def __init__(self, binary, directory, name, arguments, config=None, sites=None, admin=True,
                 listens_on=None, files=None, environment=None):
        self.directory = pathlib.Path(directory) / name
        self.directory.mkdir()
        for file, text in (files or {}).items():
            (self.directory / file).write_text(text)
        self.port = listens_on or free_port()
        self.admin_port = free_port() if admin else None
        address = f"127.0.0.1:{self.port}"
        admin_address = f"127.0.0.1:{self.admin_port}" if admin else "off"
        command = [binary, "serve"]
        if config is not None:
            self.write_config(config, sites or {}, address)
            command += ["-c", "turnpike.yaml"]
        else:
            command += ["--listen", address]
        if "admin:" not in (config or ""):  # else the case has written it
            command += ["--admin", admin_address]
        self.process = Process(command + [*arguments], self.directory, name, environment)
        if admin:
            self.process.until_listening(self.admin_port)
            wait_until(lambda: self.admin("/readyz").status == 200, "/readyz does not say 200")
        self.process.until_listening(self.port)
        # Listeners open one after another; this is said when all are.
        wait_until(lambda: b"listening on" in self.process.stderr(), "it does not say it listens")

    def write_config(self, config, sites, address):
        if "listen:" not in config:  # else the case has written it, and says `listens_on`
            config += f'listen: [{{ address: "{address}" }}]\n'
        if "sites:" not in config:
            config += "sites: sites.d/*.yaml\n"
        (self.directory / "turnpike.yaml").write_text("version: 1\n" + config)
        (self.directory / "sites.d").mkdir()
        for name, text in sites.items():
            (self.directory / "sites.d" / f"{name}.yaml").write_text(
                f"version: 1\nsite: {name}\n{text}")

    def client(self, **options):
        return Client(self.port, **options)

    def ask(self, target="/", method="GET", agent=BROWSER, fields=(), **options):
        """One request on a connection of its own, and its final response."""
        named = [("User-Agent", agent)] if agent is not None else []
        with self.client() as client:
            client.send(request(target, method, fields=[*named, *fields], **options))
            return client.final(method)

    def admin(self, target, method="GET"):
        with Client(self.admin_port) as client:
            client.send(request(target, method, host=f"127.0.0.1:{self.admin_port}",
                                fields=[("Connection", "close")]))
            return client.receive(method)

    def metrics_text(self):
        answer = self.admin("/metrics")
        assert answer.status == 200, answer.start
        return answer.body.decode()

    def metric(self, name, **labels):
        """The sum of all series of that name whose labels agree; 0 where there is none."""
        found = [value for (each, have), value in metric_values(self.metrics_text()).items()
                 if each == name and set(labels.items()) <= set(have)]
        return sum(found)

    def log(self, count=1, path=None, seconds=10):
        """The access log's lines, once there are at least `count`."""
        def lines():
            data = (pathlib.Path(path).read_bytes() if path else self.process.stdout())
            found = [line for line in data.decode().split("\n")[:-1] if line]
            return found if len(found) >= count else None
        return wait_until(lines, f"fewer than {count} lines in the access log", seconds)

    def records(self, count=1, **options):
        """The JSON access log as objects, each with its keys in the line's order.

        Lines of different threads may change places; these are in order of time.
        """
        records = [json.loads(line) for line in self.log(count, **options)]
        return sorted(records, key=lambda record: record["time"])

    def record(self, **wanted):
        """The one record with these fields."""
        def found():
            return [record for record in self.records()
                    if all(record.get(key) == value for key, value in wanted.items())]
        wait_until(found, lambda: f"no {wanted} in {self.records()}")
        assert len(found()) == 1, found()
        return found()[0]

    def stop(self, expect=0, seconds=40):
        self.process.stop(expect, seconds)

    def terminate(self):
        self.process.signal(signal.SIGTERM)
