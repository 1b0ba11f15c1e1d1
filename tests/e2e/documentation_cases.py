"""What the documentation tells people to write works as it stands there."""

import json
import pathlib
import re

from rig.gateway import BROWSER, CRAWLER
from rig.process import Process, free_port
from rig.wire import Client, request

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def yaml_blocks(text):
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def case_the_files_of_the_readme_serve_a_site(rig):
    instance, site = yaml_blocks(README)[:2]
    assert "sites:" in instance and "rules:" in site, "the README's first two examples have changed"
    origin, port = rig.origin(), free_port()
    folder = rig.folder("readme")
    (folder / "sites.d").mkdir()
    (folder / "turnpike.yaml").write_text(
        instance.replace("0.0.0.0:80", f"127.0.0.1:{port}") + "admin: { address: off }\n")
    (folder / "sites.d" / "example.yaml").write_text(
        site.replace("http://127.0.0.1:3000", origin.url).replace("observe ", "enforce "))
    process = Process([rig.binary, "serve", "-c", "turnpike.yaml"], folder, "readme")
    try:
        process.until_listening(port)
        for agent, target, status in [(BROWSER, "/", 200), (CRAWLER, "/", 403),
                                      (CRAWLER, "/archive/2020", 200), ("ClaudeBot/1", "/", 403)]:
            with Client(port) as client:
                client.send(request(target, host="www.example.com", fields=[("User-Agent", agent)]))
                answer = client.receive()
                assert answer.status == status, (agent, target, answer.start)
        process.stop()
    finally:
        process.kill()


def case_the_site_of_the_configuration_page_is_accepted(rig):
    blocks = yaml_blocks((ROOT / "docs" / "configuration.md").read_text())
    text = next(block for block in blocks if "partner-may-train" in block)
    text = text.replace("version: 1\n", "", 1).replace("site: example\n", "", 1)
    gate = rig.turnpike(config="", sites={"example": text})
    assert gate.ask("/", agent=CRAWLER, host="example.com").status == 403


def case_the_rules_of_the_configuration_page_do_what_they_say(rig):
    rules = next(block for block in yaml_blocks((ROOT / "docs" / "configuration.md").read_text())
                 if block.startswith("rules:"))
    folder = rig.folder("rules")
    (folder / "site.yaml").write_text(
        "site: example\nhosts: [example.com]\norigin: http://127.0.0.1:3000\n" + rules)
    (folder / "turnpike.yaml").write_text("sites: site.yaml\n")
    for path, fields, rule in [
            ("/a/b/blame/c", [], "forge-heavy-pages"),
            ("/a/b/blame/c", ["-H", "Cookie: i_like_gitea=1"], "default"),
            ("/?filter%5Ba%5D=1", ["--ua", "Googlebot"], "no-crawler-in-the-filters"),
            ("/", ["--ua", "AhrefsBot"], "default")]:
        status, out, err = rig.command("explain", "-c", "turnpike.yaml", "--json", "--url",
                                       "http://example.com" + path, *fields, directory=folder)
        assert err == "" and json.loads(out)["decision"]["rule"] == rule, (path, status, out, err)
    assert json.loads(out)["decision"]["observed"] == ["try-denying-seo"], out


def case_the_nginx_line_of_the_readme_tells_who_asks(rig):
    """The visitor's address, the host and the scheme come through both to the origin."""
    line = re.search(r"`(proxy_pass http://127\.0\.0\.1:8080;.*?)`", README)[1]
    origin = rig.origin()
    gate = rig.turnpike(origin=origin)
    front = rig.nginx(server="location / { " + line.replace("8080", str(gate.port)) + " }")
    with Client(front.port, source="127.0.0.9") as client:
        client.send(request("/a", "POST", host="www.example.com", body=b"abc", fields=[
            ("User-Agent", BROWSER), ("X-Forwarded-For", "9.9.9.9")]))
        assert client.receive().status == 200
    seen = origin.requests[0]
    assert seen["x-real-ip"] == "127.0.0.9" and seen["host"] == "www.example.com", seen.fields
    assert seen["x-forwarded-proto"] == "http" and seen.body == b"abc", seen.fields
    assert gate.record(path="/a")["client"] == "127.0.0.9"
