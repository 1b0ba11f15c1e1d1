"""What is installed and deployed: manual, completion, files, package and image fit the program."""

import json
import os
import pathlib
import re
import subprocess

import yaml

from rig.marks import limit, release_only
from rig.process import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING, DOCKER = ROOT / "packaging", ROOT / "docker"


def run(*command, **options):
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                           timeout=120, **options)
    assert ended.returncode == 0, (command, ended.stdout, ended.stderr)
    return ended.stdout


def help_of(rig, *command):
    status, out, _ = rig.command(*command, "--help")
    assert status == 0, command
    return out


def commands(rig, *above):
    listed = help_of(rig, *above).partition("Subcommands:\n")[2]
    return re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)


def all_commands(rig, *above):
    """Every command as a tuple of words, each behind the one that it belongs to."""
    for name in commands(rig, *above):
        yield (*above, name)
        yield from all_commands(rig, *above, name)


def options(text):
    """The options in a help text, without --help, which all have."""
    names = re.findall(r"^ {2,4}(-\S+)", text, re.MULTILINE)
    return {name for each in names for name in each.split(",")} - {"-h", "--help"}


def arguments(text):
    """What else a help text lists: positional arguments and commands."""
    return re.findall(r"^  ([a-z]\S*) ", text, re.MULTILINE)


def case_the_manual_says_what_the_program_can_do(rig):
    page = run(PACKAGING / "manual", rig.binary)
    version = rig.command("version")[1].strip()
    assert f'"{version}"' in page.splitlines()[0], page[:200]
    body = page.replace("\\-", "-").split(".SH COMMANDS")[1].split(".SH EXIT")[0]
    sections = dict(re.findall(r"^\.SS ([\w ]+)\n(.*?)(?=^\.SS |\Z)", body,
                               re.MULTILINE | re.DOTALL))
    assert list(sections) == [" ".join(each) for each in all_commands(rig)], list(sections)
    for command, text in sections.items():
        said = help_of(rig, *command.split())
        named = re.findall(r"^\\f[BI](.*?)\\fR", text, re.MULTILINE)
        assert {name for each in named for name in each.split(", ")} == \
            options(said) | set(arguments(said)), (command, text)
        for description in re.findall(r"^\.TP\n.*\n(.*)$", text, re.MULTILINE):
            assert description and description[0] not in ".[", (command, text)
    formatted = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page, text=True,
                               capture_output=True, timeout=60)
    assert formatted.returncode == 0 and formatted.stderr == "", formatted.stderr


def completed(rig, *words):
    """What bash offers for the last of these words."""
    script = (f"source {PACKAGING / 'turnpike.bash'}\nCOMP_WORDS=(\"$@\")\n"
              "COMP_CWORD=$(($# - 1))\n"
              "_turnpike \"$1\" \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    offered = run("bash", "-c", script, "-", rig.binary, *words)
    return [line for line in offered.splitlines() if line]


def case_bash_completes_what_the_program_can_do(rig):
    assert set(completed(rig, "")) == {*commands(rig), "-h", "--help"}
    for command in all_commands(rig):
        assert set(completed(rig, *command, "-")) - {"-h", "--help"} == \
            options(help_of(rig, *command)), command
    assert completed(rig, "exp") == ["explain"]
    assert completed(rig, "overrides", "rem") == ["remove"]
    assert completed(rig, "identify", "--format", "") == ["tsv", "json"]
    assert completed(rig, "crawlers", "GPTB") == ["GPTBot"]
    assert completed(rig, "allow", "--crawler", "GPTB") == ["GPTBot"]
    assert completed(rig, "serve", "-c", "") == []  # bash goes on with files


def installed(rig, name):
    root = rig.directory / name
    run("cmake", "--install", pathlib.Path(rig.binary).parent,
        env={**os.environ, "DESTDIR": str(root)})
    return root


def case_every_path_that_is_named_is_installed(rig):
    root = installed(rig, "root")
    texts = [root / "lib/systemd/system/turnpike.service",
             root / "usr/share/man/man1/turnpike.1", root / "etc/turnpike/turnpike.yaml"]
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


def case_every_schema_that_a_file_names_is_installed(rig):
    files = [PACKAGING / "turnpike.yaml", *DOCKER.glob("**/*.yaml"),
             *(ROOT / "config").glob("**/*.yaml")]
    assert len(files) > 10, files
    for file in files:
        for path in re.findall(r"\$schema=(\S+)", file.read_text()):
            name = path.removeprefix("/usr/share/turnpike/")
            assert (ROOT / "share" / name).is_file(), f"{file} names {path}"


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


def case_the_compose_file_fits_together(rig):
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    for name, service in services.items():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DOCKER / source).exists(), f"{name} mounts {source}"
    assert (DOCKER / services["turnpike"]["build"]["context"]).resolve() == ROOT
    assert "ports" not in services["site"], "the site can be reached without Turnpike"
    site = yaml.safe_load((DOCKER / "sites.d" / "demo.yaml").read_text())
    assert site["origin"] == "http://site:80" and "site" in services
    instance = yaml.safe_load((DOCKER / "turnpike.yaml").read_text())
    scraped = yaml.safe_load((DOCKER / "prometheus.yml").read_text())["scrape_configs"][0]
    port = instance["metrics"]["address"].split(":")[1]
    assert scraped["static_configs"][0]["targets"] == [f"turnpike:{port}"]
    run("promtool", "check", "config", DOCKER / "prometheus.yml")


def case_every_alert_asks_for_a_metric_that_there_is(rig):
    known = rig.turnpike(origin=rig.origin())
    known.ask("/")

    def counted():  # behind the answer
        text = known.metrics_text()
        return text if "turnpike_origin_requests_total{" in text else None

    text = wait_until(counted, "the request to the origin is not counted")
    for group in yaml.safe_load((DOCKER / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            for name in re.findall(r"turnpike_\w+", rule["expr"]):
                assert f"# TYPE {name} " in text, (rule["alert"], name)


def case_the_image_starts_what_the_program_understands(rig):
    lines = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    last = {line.split()[0]: line for line in lines if line and line[0].isupper()}
    command = json.loads(last["CMD"].split(" ", 1)[1])
    assert json.loads(last["ENTRYPOINT"].split(" ", 1)[1]) == ["turnpike"]
    health = json.loads(re.search(r"CMD (\[.*\])", last["HEALTHCHECK"])[1])[1:]
    for words in (command, health):
        assert words[0] in commands(rig), words
        given = {word for word in words if word.startswith("-")}
        assert given <= options(help_of(rig, words[0])), words
    assert last["USER"] == "USER 65532:65532"
    served = {each["address"].split(":")[1] for each in
              [*yaml.safe_load((DOCKER / "turnpike.yaml").read_text())["listen"],
               yaml.safe_load((DOCKER / "turnpike.yaml").read_text())["metrics"]]}
    assert set(last["EXPOSE"].split()[1:]) == served


def case_the_instance_of_kubernetes_serves_the_site_beside_it(rig):
    examples = ROOT / "config" / "examples"
    objects = {(each["kind"], each["metadata"]["name"]): each for each in
               yaml.safe_load_all((examples / "fronts" / "kubernetes.yaml").read_text())}
    (rig.folder("instance") / "turnpike.yaml").write_text(
        objects["ConfigMap", "turnpike"]["data"]["turnpike.yaml"])
    (rig.folder("sites.d") / "example.yaml").write_text((examples / "kubernetes.yaml").read_text())
    status, _, err = rig.command("explain", "-c", "instance/turnpike.yaml", "--url",
                                 "https://www.example.com/", "--ua", "GPTBot")
    assert (status, err) == (10, ""), (status, err)
    pod = objects["Deployment", "turnpike"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert set(container["args"]) & {"-c", "serve"} and pod["securityContext"]["runAsUser"] == 65532
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounted == {"instance": "/etc/turnpike/instance", "sites": "/etc/turnpike/sites.d",
                       "state": "/var/lib/turnpike"}, mounted
    backend = objects["Ingress", "site"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]
    assert ("Service", backend["service"]["name"]) in objects
