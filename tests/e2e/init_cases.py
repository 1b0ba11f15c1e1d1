"""`turnpike init`: from answers or from options to files that `serve` takes."""

import os
import pty
import subprocess

ORIGIN = "http://127.0.0.1:3000"


def init(rig, folder, *options):
    return rig.command("init", *options, directory=folder)


def in_terminal(rig, folder, answers, *options):
    """What a person sees who gives these answers, None for the end of input; and the status."""
    terminal, end = pty.openpty()
    with subprocess.Popen([rig.binary, "init", *options], cwd=folder, stdin=end, stdout=end,
                          stderr=end, start_new_session=True) as program:
        os.close(end)
        seen, left = b"", [*answers]
        while True:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the program has ended
                break
            seen += data
            if seen.endswith(b" > "):
                answer = left.pop(0)
                os.write(terminal, b"\x04" if answer is None else answer.encode() + b"\n")
    os.close(terminal)
    assert not left, f"nobody asked for {left}: {seen.decode()}"
    return program.returncode, seen.decode().replace("\r\n", "\n")


def decision(rig, folder, agent, url="http://example.com/"):
    return rig.command("explain", "--url", url, "--ua", agent, directory=folder)[0]


def case_a_person_is_asked_and_may_err(rig):
    folder = rig.folder("site")
    status, seen = in_terminal(rig, folder, [
        "https://example.com/", "example.com, *.example.com", "", "nobody", "", "a", "pay",
        "1 cent", "EUR 0.02", "web@example.com"])
    assert status == 0, seen
    for line in ["  'https://example.com/' is not a host name: a host without scheme and path\n",
                 f" [{ORIGIN}] > \n", "  'nobody'? Write deny, allow or pay\n",
                 "  write a currency and a number: USD 0.01\n", "wrote sites.d/example.com.yaml\n",
                 "wrote turnpike.yaml\n", "  turnpike check\n"]:
        assert line in seen, (line, seen)
    assert seen.count("Training: ") == 1, "the question once, whatever is answered"
    site = (folder / "sites.d" / "example.com.yaml").read_text()
    for line in ['hosts: [example.com, "*.example.com"]\n', f'origin: "{ORIGIN}"\n',
                 'price: "EUR 0.02"\n', 'contact: "web@example.com"\n', "preset: block-ai\n"]:
        assert line in site, (line, site)
    assert [decision(rig, folder, agent) for agent in
            ("GPTBot", "OAI-SearchBot", "ChatGPT-User", "Bytespider", "Googlebot")] == [
                10, 0, 11, 10, 0]
    assert rig.command("check", directory=folder) == (
        0, "turnpike.yaml: 1 site, 5 rules, 0 errors, 0 warnings\n", "")


def case_who_leaves_in_the_middle_leaves_nothing_behind(rig):
    folder = rig.folder("site")
    status, seen = in_terminal(rig, folder, ["example.com", "", None])
    assert status == 2 and "Nothing was written." in seen, seen
    assert not list(folder.iterdir())


def case_options_say_it_all(rig):
    for name, options, preset, wanted in [
            ("nothing", [], "block-ai", [10, 10, 10]),
            ("readers", ["--search", "allow", "--assistants", "allow"], "block-training",
             [10, 0, 0]),
            ("pay", ["--training", "pay", "--search", "pay", "--assistants", "pay"], "charge-ai",
             [11, 11, 11]),
            ("all", ["--training", "allow", "--search", "allow", "--assistants", "allow"],
             "block-ai", [0, 0, 0])]:
        folder = rig.folder(name)
        status, out, err = init(rig, folder, "--host", "example.com", "--origin", ORIGIN, *options)
        assert (status, err) == (0, ""), (name, err)
        assert out.startswith("wrote sites.d/example.com.yaml\nwrote turnpike.yaml\n"), out
        site = (folder / "sites.d" / "example.com.yaml").read_text()
        assert f"\npreset: {preset}\n" in site, site
        assert [decision(rig, folder, agent) for agent in
                ("GPTBot", "OAI-SearchBot", "ChatGPT-User")] == wanted, (name, site)


def case_what_is_missing_or_wrong_is_said_and_nothing_written(rig):
    folder = rig.folder("site")
    good = ["--host", "example.com", "--origin", ORIGIN]
    for options, said in [([], "--host is missing"), (good[:2], "--origin is missing"),
                          ([*good[:2], "--origin", "127.0.0.1:3000"], "--origin: "),
                          (["--host", "a b/c", *good[2:]], "--host: 'b/c' is not a host name"),
                          ([*good, "--training", "pay", "--price", "1"], "--price: write a"),
                          ([*good, "--search", "maybe"], "--search")]:
        status, _, err = init(rig, folder, *options)
        assert status == 2 and said in err, (options, status, err)
        assert not list(folder.iterdir()), options


def case_nothing_is_written_over_unless_asked(rig):
    folder = rig.folder("site")
    options = ["--host", "*", "--origin", ORIGIN]
    assert init(rig, folder, *options)[0] == 0
    instance = folder / "turnpike.yaml"
    instance.write_text(instance.read_text() + "watch: true\n")
    status, out, err = init(rig, folder, *options, "--search", "allow")
    assert status == 1 and out == "" and "sites.d/default.yaml is there already" in err, err
    status, out, _ = init(rig, folder, *options, "--search", "allow", "--force")
    assert status == 0 and "wrote turnpike.yaml" not in out, out
    assert instance.read_text().endswith("watch: true\n")
    # A second site, whose name another has already, is read as any file is.
    status, _, err = init(rig, folder, "--host", "a.example", "--host", "*", "--origin", ORIGIN)
    assert status == 1 and "the host '*' is in sites.d/a.example.yaml:9 already" in err, err


def case_another_folder_and_one_that_is_not_read(rig):
    folder = rig.folder("site")
    status, out, _ = init(rig, folder, "--host", "[::1]", "--origin", ORIGIN, "--dir", "etc/t")
    assert status == 0, out
    assert "wrote etc/t/sites.d/ipv6---1.yaml\n" in out, out
    assert "  turnpike check -c etc/t/turnpike.yaml\n" in out, out
    (folder / "turnpike.yaml").write_text("version: 1\nsites: etc/t/sites.d/*.yaml\n")
    status, _, err = init(rig, folder, "--host", "b.example", "--origin", ORIGIN)
    assert status == 1 and "turnpike.yaml does not read sites.d/b.example.yaml" in err, err
