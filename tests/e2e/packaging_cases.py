"""What is installed: the manual, the completion, the files and the package agree with the program."""

import os
import pathlib
import re
import subprocess

from rig.marks import limit, release_only

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


def run(*command, **options):
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                           timeout=120, **options)
    assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
    return ended.stdout


def help_of(rig, *command):
    status, out, _ = rig.command(*command, "--help")
    assert status == 0, command
    return out


def commands(rig):
    listed = help_of(rig).split("Subcommands:\n")[1]
    return re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)


def options(text):
    """The options in a help text, without --help, which all have."""
    names = re.findall(r"^  (-\S+)", text, re.MULTILINE)
    return {name for each in names for name in each.split(",")} - {"-h", "--help"}


def case_the_manual_says_what_the_program_can_do(rig):
    page = run(PACKAGING / "manual", rig.binary)
    version = rig.command("version")[1].strip()
    assert f'"{version}"' in page.splitlines()[0], page[:200]
    body = page.replace("\\-", "-").split(".SH COMMANDS")[1].split(".SH EXIT")[0]
    sections = dict(re.findall(r"^\.SS (\w+)\n(.*?)(?=^\.SS |\Z)", body, re.MULTILINE | re.DOTALL))
    assert list(sections) == commands(rig), list(sections)
    for command, text in sections.items():
        said = help_of(rig, command)
        named = re.findall(r"^\\fB(-.*?)\\fR", text, re.MULTILINE)
        assert {name for each in named for name in each.split(", ")} == options(said), command
        assert len(text.split(".TP")) == len(re.findall(r"^  \S", said, re.MULTILINE)), text
        for description in re.findall(r"^\.TP\n.*\n(.*)$", text, re.MULTILINE):
            assert description and not description.startswith("."), (command, text)
    formatted = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page, text=True,
                               capture_output=True, timeout=60)
    assert formatted.returncode == 0 and formatted.stderr == "", formatted.stderr


def completed(rig, *words):
    """What bash offers for the last of these words."""
    script = (f"source {PACKAGING / 'turnpike.bash'}\nCOMP_WORDS=(\"$@\")\n"
              "COMP_CWORD=$(($# - 1))\n"
              "_turnpike \"$1\" \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    return [line for line in run("bash", "-c", script, "-", rig.binary, *words).splitlines() if line]


def case_bash_completes_what_the_program_can_do(rig):
    assert set(completed(rig, "")) == {*commands(rig), "-h", "--help"}
    for command in commands(rig):
        assert set(completed(rig, command, "-")) - {"-h", "--help"} == \
            options(help_of(rig, command)), command
    assert completed(rig, "exp") == ["explain"]
    assert completed(rig, "identify", "--format", "") == ["tsv", "json"]
    assert completed(rig, "crawlers", "GPTB") == ["GPTBot"]
    assert completed(rig, "serve", "-c", "") == []  # bash goes on with files


def installed(rig, name):
    root = rig.directory / name
    run("cmake", "--install", pathlib.Path(rig.binary).parent,
        env={**os.environ, "DESTDIR": str(root)})
    return root


def case_every_path_that_is_named_is_installed(rig):
    root = installed(rig, "root")
    texts = [root / path for path in ("lib/systemd/system/turnpike.service",
                                      "usr/share/man/man1/turnpike.1", "etc/turnpike/turnpike.yaml")]
    for text in texts:
        said = text.read_text().replace("\\-", "-").replace("\\e", "")
        for path in re.findall(r"(?:/usr|/etc)/[\w./*-]*[\w*]", said):
            if "sites.d/" not in path:
                assert (root / path[1:]).exists(), f"{text.name} names {path}"
    assert (root / "etc/turnpike/sites.d").is_dir()
    assert len(list((root / "usr/share/turnpike/presets").iterdir())) == 4
    kept = root / "etc/turnpike/turnpike.yaml"
    kept.write_text("# mine\n")
    installed(rig, "root")
    assert kept.read_text() == "# mine\n"


def case_the_unit_says_what_the_program_understands(rig):
    root = installed(rig, "root")
    unit = (root / "lib/systemd/system/turnpike.service").read_text()
    for command in re.findall(r"^Exec\w+=/usr/bin/turnpike (.*)$", unit, re.MULTILINE):
        words = command.split()
        assert words[0] in commands(rig), command
        assert {word for word in words if word.startswith("-")} <= options(help_of(rig, words[0]))
    assert "Type=notify\n" in unit and "ExecReload=/usr/bin/turnpike reload" in unit


def case_the_configuration_that_is_installed_serves_a_site(rig):
    root = installed(rig, "root")
    site = "version: 1\nsite: mine\nhosts: [example.com]\norigin: http://127.0.0.1:3000\n"
    (root / "etc/turnpike/sites.d/mine.yaml").write_text(site)
    for agent, ends_with in (("Firefox/120.0", 0), ("GPTBot/1.2", 10)):
        status, _, err = rig.command("explain", "-c", root / "etc/turnpike/turnpike.yaml", "--url",
                                     "https://example.com/", "--ua", agent)
        assert (status, err) == (ends_with, ""), (agent, status, err)


@release_only
@limit(120)
def case_the_package_can_be_built(rig):
    run("cpack", "-G", "DEB", "-B", rig.directory, cwd=pathlib.Path(rig.binary).parent)
    package, = rig.directory.glob("*.deb")
    version = rig.command("version")[1].split()[1]
    assert run("dpkg-deb", "-f", package, "Package", "Version").split() == [
        "Package:", "turnpike", "Version:", version]
    depends = run("dpkg-deb", "-f", package, "Depends")
    assert "libstdc++6" in depends and "libyaml-cpp" in depends and "adduser" in depends, depends
    run("dpkg-deb", "-R", package, rig.directory / "content")
    for script in ("postinst", "prerm", "postrm"):
        run("sh", "-n", rig.directory / "content/DEBIAN" / script)
    for path in (rig.directory / "content/DEBIAN/conffiles").read_text().split():
        assert (rig.directory / f"content/{path}").is_file(), path
    documents = rig.directory / "content/usr/share/doc/turnpike"
    assert (documents / "copyright").is_file() and (documents / "changelog.gz").is_file()
