"""Reloading: by signal, command and API; what it changes, what it keeps, and what it refuses."""

import json
import re
import signal
import socket
import threading

import reloads
from rig.gateway import CRAWLER
from rig.marks import alone, limit, threaded
from rig.origin import answer_all
from rig.process import free_port, wait_until
from rig.wire import Client, request, response

DENY = 'rules: [{ name: closed, when: { path: "/closed/**" }, then: deny }]\n'


def command(rig, gate, *arguments):
    """`turnpike reload` for this instance."""
    return rig.command("reload", "-c", "turnpike.yaml", "--admin", f"127.0.0.1:{gate.admin_port}",
                       *arguments, directory=gate.directory)


def write_site(gate, origin, lines=""):
    reloads.write(gate.directory / "sites.d" / "example.yaml",
                  f'version: 1\nsite: example\nhosts: ["*"]\norigin: {origin.url}\n{lines}')


def api(gate, fields=(), method="POST", host=None):
    with Client(gate.admin_port) as client:
        client.send(request("/api/v1/reload", method, host=host or f"127.0.0.1:{gate.admin_port}",
                            fields=fields))
        return client.receive(method)


def token(rig):
    return (rig.directory / "state" / "admin.token").read_text().strip()


@threaded
def case_a_changed_policy_applies_at_once(rig):
    origin = rig.origin()
    gate = rig.site(origin)
    assert gate.ask("/closed/1").status == 200
    write_site(gate, origin, DENY)
    assert command(rig, gate) == (0, "reloaded\n", "")
    assert gate.ask("/closed/1").status == 403
    write_site(gate, origin, "preset: allow-all\n")
    gate.process.signal(signal.SIGHUP)
    wait_until(lambda: gate.ask("/closed/1", agent=CRAWLER).status == 200, "SIGHUP does nothing")
    write_site(gate, origin, DENY)
    answer = api(gate, [("Authorization", f"Bearer {token(rig)}")])
    assert answer.status == 200 and json.loads(answer.body)["accepted"] is True, answer.body
    assert gate.ask("/closed/1").status == 403
    assert gate.metric("turnpike_config_reloads_total", result="ok") == 4


@threaded
def case_a_refused_configuration_changes_nothing_and_says_why_everywhere(rig):
    origin = rig.origin()
    gate = rig.site(origin, lines=DENY)
    write_site(gate, origin, "colour: red\nmode: maybe\n")
    status, out, err = command(rig, gate)
    assert status == 1 and not out, (status, out)
    checked = rig.command("serve", "-c", "turnpike.yaml", directory=gate.directory)[2]
    assert err == checked + "turnpike: refused; the configuration in use stays\n", (err, checked)
    for mistake in ("example.yaml:5:1", "example.yaml:6:7"):
        assert mistake in err and mistake in gate.process.stderr().decode(), (mistake, err)
    report = json.loads(gate.admin("/api/v1/status").body)["last_reload"]
    assert report["accepted"] is False and len(report["diagnostics"]) == 2, report
    assert {each["severity"] for each in report["diagnostics"]} == {"error"}, report
    assert gate.metric("turnpike_config_reloads_total", result="refused") == 1
    assert gate.metric("turnpike_config_last_reload_successful") == 0
    assert gate.ask("/closed/1").status == 403, "the policy in use has gone"
    write_site(gate, origin)
    assert command(rig, gate)[0] == 0
    assert gate.metric("turnpike_config_last_reload_successful") == 1
    assert gate.ask("/closed/1").status == 200


def case_a_file_that_is_half_there_is_not_taken(rig):
    origin = rig.origin()
    gate = rig.site(origin, lines=DENY)
    path = gate.directory / "sites.d" / "example.yaml"
    whole = path.read_text()
    for end in range(0, whole.index("http:"), 7):
        path.write_text(whole[:end])
        assert command(rig, gate)[0] == 1, whole[:end]
        assert gate.ask("/closed/1").status == 403
    path.write_text(whole)
    assert command(rig, gate)[0] == 0


@threaded
def case_connections_and_requests_under_way_live_on(rig):
    released = threading.Event()

    def reply(message):
        if message.target.startswith("/slow"):
            released.wait(30)
        return response(message.target.encode())

    origin = rig.origin(answer_all(reply))
    gate = rig.site(origin)
    with gate.client() as kept, gate.client() as busy:
        for target in ("/1", "/2"):
            kept.send(request(target))
            assert kept.receive().status == 200, "a kept connection did not outlive the reload"
            assert command(rig, gate)[0] == 0
        busy.send(request("/slow/closed"))
        wait_until(lambda: "/slow/closed" in origin.targets(), "the request did not arrive")
        write_site(gate, origin, DENY.replace("/closed/", "/slow/"))
        assert command(rig, gate)[0] == 0
        kept.send(request("/slow/2"))
        assert kept.receive().status == 403
        released.set()
        assert busy.receive().body == b"/slow/closed"
    first, second = [message.connection for message in origin.requests
                     if message.target in ("/1", "/2")]
    assert first == second, "the connection to the origin was not used again"


@threaded
def case_limits_proxies_and_the_look_of_the_log_change_without_a_restart(rig):
    gate = rig.site(rig.origin())
    path = gate.directory / "turnpike.yaml"
    before = path.read_text()
    gate.ask("/1", fields=[("X-Long", "x" * 4000), ("X-Forwarded-For", "192.0.2.7")])
    assert gate.record(path="/1")["client"] == "192.0.2.7"
    reloads.write(path, before + "limits: { request_head: 2KiB }\ntrusted_proxies: []\n"
                                 "access_log: { format: combined }\n")
    assert command(rig, gate)[0] == 0
    assert gate.ask("/2", fields=[("X-Long", "x" * 4000)]).status == 431
    gate.ask("/3", fields=[("X-Forwarded-For", "192.0.2.7")])
    line = wait_until(lambda: [line for line in gate.log(3) if '"GET /3 ' in line], "no line")[0]
    assert line.startswith("127.0.0.1 - "), line


def case_what_needs_a_restart_is_said_and_the_rest_applies(rig):
    origin = rig.origin()
    gate = rig.site(origin)
    path = gate.directory / "turnpike.yaml"
    text = path.read_text()
    address = f"127.0.0.1:{gate.port}"
    reloads.write(path, text.replace(address, "127.0.0.1:1") + "threads: 7\n"
                                                               "access_log: { to: other.log }\n")
    write_site(gate, origin, DENY)
    status, out, err = command(rig, gate)
    assert (status, out) == (0, "reloaded\n"), (status, err)
    for key in ("listen", "threads", "access_log.to"):
        assert f"warning: '{key}' has changed: that needs a restart" in err, err
    assert gate.ask("/closed/1").status == 403
    assert not (gate.directory / "other.log").exists()


def case_only_who_holds_the_token_may_reload(rig):
    gate = rig.site(rig.origin())
    mine = ("Authorization", f"Bearer {token(rig)}")
    assert oct((rig.directory / "state" / "admin.token").stat().st_mode & 0o777) == "0o600"
    for fields, status in [([], 401), ([("Authorization", "Bearer 0123456789abcdef")], 401),
                           ([mine, ("Origin", "http://127.0.0.1")], 403), ([mine], 200)]:
        assert api(gate, fields).status == status, fields
    assert api(gate, [mine], method="GET").status == 405
    assert api(gate, [mine], host="evil.example").status == 421
    (rig.directory / "state" / "admin.token").write_text("another-token-altogether\n")
    status, _, err = command(rig, gate)
    assert status == 4 and "admin.token" in err, (status, err)


def case_a_token_of_ones_own_can_be_changed_by_a_reload(rig):
    port = free_port()
    gate = rig.site(
        rig.origin(), admin=False, files={"my.token": "the-first-token-of-all\n"},
        config=f'admin: {{ address: "127.0.0.1:{port}", token_file: my.token }}\n')
    gate.admin_port = port
    assert command(rig, gate)[0] == 0
    (gate.directory / "my.token").write_text("the-second-token-of-all\n")
    with_first = [("Authorization", "Bearer the-first-token-of-all")]
    assert api(gate, with_first).status == 200
    assert api(gate, with_first).status == 401
    assert command(rig, gate)[0] == 0
    (gate.directory / "my.token").write_text("short\n")
    assert api(gate, [("Authorization", "Bearer the-second-token-of-all")]).status == 422


def case_over_a_unix_socket_the_file_system_says_who_may_reload(rig):
    path = rig.directory / "admin.sock"
    gate = rig.site(rig.origin(), config=f'admin: {{ address: "unix:{path}" }}\n', admin=False)
    status, out, err = rig.command("reload", "-c", "turnpike.yaml", directory=gate.directory)
    assert (status, out, err) == (0, "reloaded\n", ""), (status, out, err)
    assert path.stat().st_mode & 0o007 == 0, oct(path.stat().st_mode)
    assert not (rig.directory / "state" / "admin.token").exists(), "nobody needs a token"


def case_reload_without_an_instance_is_4_and_without_a_configuration_1(rig):
    status, _, err = rig.command("reload", "--admin", f"127.0.0.1:{free_port()}")
    assert status == 4 and "no instance" in err, (status, err)
    status, _, err = rig.command("reload", "-c", "none.yaml")
    assert status == 1 and "none.yaml" in err, (status, err)


@threaded
def case_systemd_is_told_when_a_reload_begins_and_ends(rig):
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.settimeout(20)
    heard.bind(str(rig.directory / "notify"))
    origin = rig.origin()
    gate = rig.site(origin, environment={"NOTIFY_SOCKET": str(rig.directory / "notify")})
    assert heard.recv(999) == b"READY=1"
    for lines in ("", "colour: red\n"):
        write_site(gate, origin, lines)
        gate.process.signal(signal.SIGHUP)
        assert re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d{6,}", heard.recv(999))
        assert heard.recv(999) == b"READY=1"
    gate.stop()
    assert heard.recv(999) == b"STOPPING=1"


@threaded
def case_many_reloads_at_once_all_get_an_answer(rig):
    gate = rig.site(rig.origin())
    statuses = []
    callers = [threading.Thread(target=lambda: statuses.append(command(rig, gate)[0]))
               for _ in range(8)]
    for caller in callers:
        caller.start()
    for _ in range(20):
        gate.process.signal(signal.SIGHUP)
    for caller in callers:
        caller.join()
    assert statuses == [0] * 8, statuses


def case_stopping_amid_a_reload_ends_in_good_order(rig):
    gate = rig.site(rig.origin())
    for _ in range(3):
        gate.process.signal(signal.SIGHUP)
    gate.terminate()
    assert gate.process.wait() == 0


@threaded
@alone
@limit(120)
def case_forty_reloads_under_load_fail_no_request_and_leak_nothing(rig):
    complaints, measured = reloads.reload_under_load(rig, 12 if rig.sanitized else 40)
    assert not complaints, (complaints, measured)
