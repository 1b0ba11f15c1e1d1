"""Programs under test and beside it: started on free ports, awaited, stopped by process id.

Nothing started here outlives the test, even if that is killed.
"""

import ctypes
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)

REPORTS = (b"ERROR: AddressSanitizer", b"ERROR: LeakSanitizer", b"WARNING: ThreadSanitizer",
           b"runtime error:", b"Assertion ", b"terminate called")


_claims = []  # sockets whose names tell other cases which ports this one has taken


def free_port():
    """A port nobody listens on, below the range that outgoing connections take theirs from.

    A listener may share its port (SO_REUSEPORT), so what two cases at once are given must differ:
    each port is claimed by an abstract socket, which lasts as long as this process.
    """
    while True:
        port = random.randrange(12000, 30000)
        claim = socket.socket(socket.AF_UNIX)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                claim.bind(f"\0turnpike-test-port-{port}")
                probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
                continue
        _claims.append(claim)
        return port


def wait_until(condition, what, seconds=10):
    """The first true value of `condition()`; an AssertionError says `what` if none comes."""
    end = time.monotonic() + seconds
    pause = 0.001
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            said = what() if callable(what) else what
            raise AssertionError(f"after {seconds} s: {said}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Process:
    """One program. Its output goes to files in `directory`, so it can never block on a pipe."""

    def __init__(self, command, directory, name, environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.stdout_path = pathlib.Path(directory) / f"{name}.stdout"
        self.stderr_path = pathlib.Path(directory) / f"{name}.stderr"
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "wb") as err:
            self.child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=directory,
                env={**os.environ, **(environment or {})},
                preexec_fn=lambda: _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL))

    @property
    def pid(self):
        return self.child.pid

    def stdout(self):
        return self.stdout_path.read_bytes()

    def stderr(self):
        return self.stderr_path.read_bytes()

    def running(self):
        return self.child.poll() is None

    def signal(self, number):
        self.child.send_signal(number)

    def wait(self, seconds=20):
        """Exit status; an AssertionError if it does not end."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds} s") from None

    def until_listening(self, port, seconds=20):
        def ready():
            assert self.running(), f"{self.name} ended with {self.child.returncode}: {self.tail()}"
            return listens(port)
        wait_until(ready, lambda: f"{self.name} does not listen on {port}: {self.tail()}", seconds)

    def tail(self):
        """What it said last; a sanitizer's report from its beginning."""
        text = self.stderr()
        starts = [text.find(report) for report in REPORTS if report in text]
        start = min(starts) if starts else max(0, len(text) - 3000)
        return text[start:start + 5000].decode(errors="replace")

    def kill(self):
        if self.running():
            self.child.kill()
        self.child.wait()

    def stop(self, expect=0, seconds=20):
        """SIGTERM, and the exit status that belongs to it; then no report may stand in stderr."""
        if self.running():
            self.signal(signal.SIGTERM)
        status = self.wait(seconds)
        self.check_reports()
        assert status == expect, f"{self.name} ended with {status}, not {expect}: {self.tail()}"

    def check_reports(self):
        text = self.stderr()
        for report in REPORTS:
            assert report not in text, f"{self.name}: {self.tail()}"

    def memory(self, key="VmHWM"):
        """Kilobytes, from /proc/PID/status."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise AssertionError(f"no {key} in /proc/{self.pid}/status")

    def own_memory(self):
        """Kilobytes of memory that is not mapped from a file (Pss_Anon): neither the program, of
        which a process has more when others that run it end, nor the rings of the access log."""
        for line in pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1])
        raise AssertionError("no Pss_Anon: Linux 5.4 or later is needed")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
