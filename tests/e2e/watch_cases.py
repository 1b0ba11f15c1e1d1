"""`watch: true`: changed files are taken up by themselves, whole, however they are replaced."""

import os
import signal
import time

import reloads
from rig.marks import threaded
from rig.process import wait_until
from reload_cases import DENY, command, write_site


def is_closed(gate):
    return gate.ask("/closed/1").status == 403


def becomes(gate, closed, what):
    wait_until(lambda: is_closed(gate) == closed, what, 20)


def reloads_of(gate):
    return (gate.metric("turnpike_config_reloads_total", result="ok"),
            gate.metric("turnpike_config_reloads_total", result="refused"))


@threaded
def case_however_a_file_is_written_it_is_taken_up(rig):
    origin = rig.origin()
    gate = rig.site(origin, config="watch: true\n")
    path = gate.directory / "sites.d" / "example.yaml"
    open_to_all = path.read_text()
    write_site(gate, origin, DENY)  # beside, then in its place
    becomes(gate, True, "a renamed file was not seen")
    path.write_text(open_to_all)  # in its place
    becomes(gate, False, "a file written in its place was not seen")
    reloads.write(gate.directory / "turnpike.yaml",
                  (gate.directory / "turnpike.yaml").read_text().replace("sites.d/", "other.d/"))
    (gate.directory / "other.d").mkdir()
    (gate.directory / "other.d" / "new.yaml").write_text(open_to_all + DENY)
    becomes(gate, True, "a new folder was not seen")
    (gate.directory / "other.d" / "second.yaml").write_text(
        open_to_all.replace('"*"', "second.example").replace("site: example", "site: second"))
    wait_until(lambda: gate.ask("/closed/1", host="second.example").status == 200,
               "a new file was not seen")


@threaded
def case_the_links_that_kubernetes_swaps_are_followed(rig):
    """A ConfigMap: ..data is a link to a folder, and a rename puts another in its place."""
    origin = rig.origin()
    mount = rig.folder("mount")
    site = f'version: 1\nsite: example\nhosts: ["*"]\norigin: {origin.url}\n'

    def publish(number, rules):
        folder = mount / f"..2024_11_24_{number}"
        folder.mkdir()
        (folder / "turnpike.yaml").write_text("watch: true\nsites: '*.site.yaml'\n")
        (folder / "a.site.yaml").write_text(site + rules)
        os.symlink(folder.name, mount / "..data_tmp")
        os.rename(mount / "..data_tmp", mount / "..data")
        for old in mount.glob("..2024_11_24_*"):
            if old != folder:
                for file in old.iterdir():
                    file.unlink()
                old.rmdir()

    publish(0, "")
    for name in ("turnpike.yaml", "a.site.yaml"):
        os.symlink(f"..data/{name}", mount / name)
    gate = rig.turnpike("-c", str(mount / "turnpike.yaml"))
    for number in range(1, 7):
        publish(number, DENY if number % 2 else "")
        becomes(gate, number % 2 == 1, f"swap {number} was not seen")
    assert reloads_of(gate)[1] == 0, "half of a swap was read"


@threaded
def case_a_mistake_waits_for_its_correction(rig):
    origin = rig.origin()
    gate = rig.site(origin, config="watch: true\n")
    write_site(gate, origin, DENY + "colour: red\n")
    wait_until(lambda: reloads_of(gate)[1] == 1, "the mistake was not seen")
    assert not is_closed(gate)
    write_site(gate, origin, DENY)
    becomes(gate, True, "the correction was not seen")
    time.sleep(1)  # nothing happens twice
    assert reloads_of(gate) == (2, 1), reloads_of(gate)


def case_what_happens_beside_the_files_is_no_reason_to_reload(rig):
    gate = rig.site(rig.origin(), config="watch: true\naccess_log: { to: access.log }\n")
    for i in range(30):
        (gate.directory / f"note{i}.txt").write_text("hello")
        (gate.directory / "sites.d" / f".example.yaml.swp{i}").write_text("hello")
        gate.ask("/")
        time.sleep(0.03)
    time.sleep(0.7)
    assert reloads_of(gate) == (1, 0), reloads_of(gate)


@threaded
def case_a_file_that_is_being_written_is_not_taken(rig):
    """Half of it would be a good configuration, and another one."""
    origin = rig.origin()
    gate = rig.site(origin, lines=DENY, config="watch: true\n")
    path = gate.directory / "sites.d" / "example.yaml"
    half, rest = path.read_text().split("rules:")
    late = False
    for i in range(12):
        started = time.monotonic()
        with open(path, "w", encoding="ascii") as file:
            file.write(half)
            file.flush()
            if i % 2:
                gate.process.signal(signal.SIGHUP)
            time.sleep(0.05)
            file.write("rules:" + rest)
        in_time = time.monotonic() - started < 0.09  # else half of it was at rest, by all means
        time.sleep(0.2)
        late |= not in_time
        assert is_closed(gate) or not in_time, "half a file was taken up"
    assert command(rig, gate)[0] == 0  # after all others
    assert is_closed(gate)
    assert late or reloads_of(gate)[1] == 0
