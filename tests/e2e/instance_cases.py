"""The running instance and the commands that talk to it: the admin listener's API, health."""

import json
import threading

from rig.origin import answer_all
from rig.process import free_port, wait_until
from rig.wire import request, response


def case_status_says_what_runs(rig):
    gate = rig.site(rig.origin(), lines="mode: observe\npreset: allow-all\n")
    answer = gate.admin("/api/v1/status")
    assert answer.status == 200 and answer["content-type"] == "application/json", answer.start
    status = json.loads(answer.body)
    assert status["pid"] == gate.process.pid and status["ready"] is True, status
    assert status["threads"] >= 1 and status["version"], status
    assert status["sites"] == [{"name": "example", "hosts": ["*"], "mode": "observe",
                                "preset": "allow-all", "rules": 0}], status


def case_health_finds_the_instance_of_a_configuration(rig):
    port = free_port()
    gate = rig.site(rig.origin(), config=f'admin: {{ address: "127.0.0.1:{port}" }}\n', admin=False)
    wait_until(lambda: rig.command("health", "-c", "turnpike.yaml",
                                   directory=gate.directory)[0] == 0, "never healthy")
    status, out, err = rig.command("health", "--ready", "-c", "turnpike.yaml",
                                   directory=gate.directory)
    assert (status, out, err) == (0, "ready\n", ""), (status, out, err)
    status, out, _ = rig.command("health", "--admin", f"127.0.0.1:{port}")
    assert (status, out) == (0, "ok\n"), (status, out)
    gate.stop()
    status, out, err = rig.command("health", "-c", "turnpike.yaml", directory=gate.directory)
    assert status == 4 and not out and str(port) in err, (status, out, err)


def case_health_without_a_usable_configuration_is_1(rig):
    (rig.directory / "off.yaml").write_text("admin: { address: off }\n")
    (rig.directory / "bad.yaml").write_text("colour: red\n")
    for file, word in [("none.yaml", "none.yaml"), ("bad.yaml", "colour"), ("off.yaml", "off")]:
        status, out, err = rig.command("health", "-c", file)
        assert status == 1 and not out and word in err, (status, out, err)


def case_health_over_a_unix_socket(rig):
    socket = rig.directory / "admin.sock"
    gate = rig.site(rig.origin(), config=f'admin: {{ address: "unix:{socket}" }}\n', admin=False)
    assert rig.command("health", "-c", "turnpike.yaml", directory=gate.directory)[0] == 0


def case_health_ready_says_no_while_draining(rig):
    released = threading.Event()

    def reply(message):
        if message.target == "/slow":
            released.wait(30)
        return response(b"ok")

    origin = rig.origin(answer_all(reply))
    gate = rig.turnpike(origin=origin)
    busy = gate.client()
    busy.send(request("/slow"))
    wait_until(lambda: "/slow" in origin.targets(), "the request did not arrive")
    gate.terminate()

    def ready():
        return rig.command("health", "--ready", "--admin", f"127.0.0.1:{gate.admin_port}")[0]

    wait_until(lambda: ready() == 4, "still ready")
    assert rig.command("health", "--admin", f"127.0.0.1:{gate.admin_port}")[0] == 0
    released.set()
    assert busy.receive().status == 200
