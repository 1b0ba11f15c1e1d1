"""docs/first-hour.md is what happens: every command in it is run, and what it says is compared.

    TURNPIKE_REWRITE=1 python3 tests/e2e/run.py --binary build/release/turnpike --only first_hour
writes the answers anew.
"""

import os
import pathlib
import re
import signal
import subprocess

from rig.marks import limit
from rig.process import free_port, wait_until
from rig.wire import response
from rig.origin import answer_all

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "first-hour.md"
ID = "k3v9q0m2x7c4t8ra"  # what the page calls the id of the one refusal in it


class Shell:
    """Runs the page's commands in one folder, with ports and ids that the page does not know."""

    def __init__(self, rig, folder, ports):
        self.rig, self.folder, self.ports = rig, folder, ports
        self.actual_id = None
        self.serving = None
        program = pathlib.Path(rig.binary)
        self.environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}",
                            "LC_ALL": "C.UTF-8", "no_proxy": "*"}

    def run(self, command):
        for shown, port in self.ports.items():
            command = command.replace(f"127.0.0.1:{shown}", f"127.0.0.1:{port}")
        command = command.replace(ID, self.actual_id or ID)
        if command.endswith(" &"):
            return self.serve(command[:-2])
        ended = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
        return self.as_shown(ended.stdout.decode())

    def serve(self, command):
        self.serving = subprocess.Popen(["bash", "-c", "exec " + command], cwd=self.folder,
                                        env=self.environment)
        log = self.folder / "turnpike.log"
        wait_until(lambda: log.exists() and "listening on" in log.read_text(), "it does not serve")
        return ""

    def as_shown(self, text):
        found = re.search(r"\b[0-9a-z]{16}\b", text)
        if self.actual_id is None and found and re.search(r"\d", found[0]):
            self.actual_id = found[0]
        if self.actual_id:
            text = text.replace(self.actual_id, ID)
        for shown, port in self.ports.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{shown}")
        text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-11-26T09:30:00Z", text)
        text = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d", "2026-11-27 09:30", text)
        return re.sub(r"\d+(\.\d+)? (ms|µs)\b", "0.2 ms", text)

    def stop(self):
        if self.serving:
            self.serving.send_signal(signal.SIGTERM)
            assert self.serving.wait(20) == 0


def settle_ports(folder, ports):
    """What `init` wrote names ports that may be taken here."""
    file = folder / "turnpike.yaml"
    text = file.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{ports[8080]}")
    file.write_text(text + f'admin: {{ address: "127.0.0.1:{ports[9477]}" }}\n')


@limit(120)
def case_the_first_hour_goes_as_the_page_says(rig):
    origin = rig.origin(answer_all(response(b"Welcome!\n")))
    ports = {8080: free_port(), 9477: free_port(), 3000: origin.url.rpartition(":")[2]}
    folder = rig.folder("hour")
    shell = Shell(rig, folder, ports)
    page = PAGE.read_text()

    def answered(block):
        lines = []
        for command in re.findall(r"^\$ (.*)$", block[1], re.MULTILINE):
            lines.append(f"$ {command}\n" + shell.run(command))
            if command.startswith("turnpike init"):
                settle_ports(folder, ports)
        return "```console\n" + "".join(lines) + "```"
    try:
        now = re.sub(r"```console\n(.*?)```", answered, page, flags=re.DOTALL)
    finally:
        shell.stop()
    if "TURNPIKE_REWRITE" in os.environ:
        PAGE.write_text(now)
        return
    assert now == page, f"{__doc__}\n{now}"
