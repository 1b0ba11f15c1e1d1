"""The command line: what each command prints and with which status it ends; bad configurations."""

import json

from rig.marks import limit, threaded
from rig.process import free_port

SITE = """version: 1
site: example
hosts: [example.com]
origin: http://127.0.0.1:3000
"""


def case_version_is_said(rig):
    status, out, err = rig.command("version")
    assert status == 0 and out.startswith("turnpike ") and err == "", (status, out, err)


def case_usage_errors_end_with_2(rig):
    for arguments in [[], ["nonsense"], ["serve", "--nonsense"], ["serve", "--listen"],
                      ["crawlers", "a", "b", "c"]]:
        status, out, err = rig.command(*arguments)
        assert status == 2 and err and not out, (arguments, status, out, err)
    status, out, _ = rig.command("--help")
    assert status == 0 and "serve" in out


def case_identify_names_each_line(rig):
    agents = ["Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
              "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
              "curl/8.5.0", "ClaudeBot/1.0", "Something-Nobody-Knows"]
    status, out, err = rig.command("identify", stdin="\n".join(agents).encode() + b"\n")
    assert (status, err) == (0, ""), (status, err)
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[2] for row in rows] == agents, rows
    assert [row[0] for row in rows][:2] == ["GPTBot", "-"], rows
    assert [row[1] for row in rows] == ["ai-training", "browser", "http-library", "ai-training",
                                        "unknown"], rows
    (rig.directory / "agents.txt").write_text(agents[0] + "\n")
    status, out, _ = rig.command("identify", "agents.txt")
    assert status == 0 and out == f"GPTBot\tai-training\t{agents[0]}\n", out
    status, _, err = rig.command("identify", "no-such-file")
    assert status != 0 and "no-such-file" in err


def case_crawlers_lists_what_is_known(rig):
    status, out, _ = rig.command("crawlers")
    assert status == 0 and len(out.splitlines()) > 50
    assert any("GPTBot" in line and "ai-training" in line for line in out.splitlines()), out[:500]
    status, one, _ = rig.command("crawlers", "gptbot")
    assert status == 0 and "OpenAI" in one, one
    status, _, err = rig.command("crawlers", "GPTBoot")
    assert status != 0 and "GPTBoot" in err, err


def case_crawlers_says_how_one_is_proved_and_what_says_so(rig):
    status, out, _ = rig.command("crawlers", "DuckAssistBot")
    lines = dict(line.split(None, 1) for line in out.splitlines())
    assert status == 0 and "which is complete; signature by https://" in lines["proof"], out
    assert lines["source"].startswith("https://duckduckgo.com/"), out
    status, out, _ = rig.command("crawlers", "--json", "DuckAssistBot")
    entry = json.loads(out)
    assert entry["proof"]["exclusive"] and entry["category"] == "ai-assistant", entry
    status, out, _ = rig.command("crawlers", "--json")
    assert len(json.loads(out)) > 1000


UNKNOWN = r"""Mozilla/5.0 (compatible; WexBot/1.0; +https://wex.example/bot)
wexbot
Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0
GPTBot/1.0
10.0.0.1 - - [25/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "Lantern AI Crawler/1.0"
10.0.0.1 - a [25/Nov/2026:10:00:00 +0000] "GET /\" HTTP/1.1" 200 1 "-" "Lantern AI Crawler/2" 0.1
{"ts":1764064800,"request":"GET / HTTP/1.1","user_agent":"WexBot/2.0 (https://wex.example/bot)"}
{"ts":1.5,"request":{"method":"GET","uri":"/","headers":{"User-Agent":["Evil\u001b[31mBot/1.0"]}}}
10.0.0.1 - a [25/Nov/2026:10:00:00 +0000] "GET / HTTP
crawler
Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36 Bot/1.0
"""


def case_unknown_bots_are_counted_with_a_stanza_that_loads(rig):
    status, out, err = rig.command("crawlers", "--unknown", stdin=UNKNOWN.encode())
    assert (status, err) == (0, ""), (status, err)
    assert "\x1b" not in out, out
    assert "# Read: 10 user agents. Of bots that the catalogue does not know: 8, by 5." in out, out
    assert "# Could not be read: 1." in out and r"# nothing names it: Evil\x1b[31mBot" in out, out
    tokens = [line.split(": ", 1)[1] for line in out.splitlines() if "- token:" in line]
    assert tokens[:2] == ['"WexBot"', '"Lantern AI Crawler"'], tokens
    assert out.index("# 3 times") < out.index("# 2 times") < out.index("# once"), out
    assert out.count("category: ai-undocumented") == 1, out

    folder = rig.folder("pasted")
    (folder / "unknown.yaml").write_text(out)
    status, pasted, err = rig.command("crawlers", "--diff", "pasted", "--json")
    assert (status, err) == (0, ""), (status, err)
    removed = [change["before"]["crawler"] for change in json.loads(pasted)["changes"]
               if change["now"] is None]
    assert sorted(f'"{name}"' for name in removed) == sorted(tokens), (removed, tokens)

    (rig.directory / "agents.txt").write_text(UNKNOWN)
    status, out, _ = rig.command("crawlers", "--json", "--unknown", "agents.txt")
    found = json.loads(out)
    assert (status, found["read"], found["unreadable"]) == (0, 10, 1), found
    assert found["unknown"][0]["name"] == "WexBot" and found["unknown"][0]["requests"] == 3, found
    assert "token" in found["unknown"][0]["stanza"] and not found["unknown"][-1]["name"], found
    status, _, err = rig.command("crawlers", "--unknown", "no-such-file")
    assert status == 2 and "no-such-file" in err, (status, err)


def case_a_folder_adds_to_the_catalogue_and_overrides_it(rig):
    folder = rig.folder("own")
    (folder / "crawlers.d").mkdir()
    (folder / "turnpike.yaml").write_text("version: 1\ncatalogue: [installed, crawlers.d]\n")
    fact = "operator: x, source: x, date: 2026-11-25, status: observed"
    (folder / "crawlers.d" / "own.yaml").write_text(
        "version: 1\ncrawlers:\n"
        f"  - {{ token: WexBot, category: monitor, {fact} }}\n"
        f"  - {{ token: GPTBot, category: search-engine, {fact} }}\n")
    agents = "WexBot/1.0\nGPTBot/1.0\nClaudeBot/1.0\n"
    status, out, err = rig.command("identify", "-c", "own/turnpike.yaml", stdin=agents.encode())
    assert (status, err) == (0, ""), (status, err)
    assert [line.split("\t")[1] for line in out.splitlines()] == [
        "monitor", "search-engine", "ai-training"], out
    status, out, _ = rig.command("crawlers", "-c", "own/turnpike.yaml", "--unknown",
                                 stdin=agents.encode())
    assert status == 0 and "by 0." in out, out
    status, out, _ = rig.command("explain", "-c", "own/turnpike.yaml", "--url", "http://x/",
                                 "--ua", "GPTBot")
    assert "GPTBot" not in out or status != 10, (status, out)

    (folder / "crawlers.d" / "own.yaml").write_text("version: 1\ncrawlers:\n  - { tokn: X }\n")
    status, _, err = rig.command("crawlers", "-c", "own/turnpike.yaml")
    assert status == 1 and "own.yaml:3:" in err and "did you mean 'token'?" in err, (status, err)
    (folder / "turnpike.yaml").write_text("version: 1\ncatalogue: [installed, nowhere]\n")
    status, _, err = rig.command("crawlers", "-c", "own/turnpike.yaml")
    assert status == 1 and "nowhere: error: is not a folder" in err, (status, err)


def case_a_diff_says_who_is_newly_refused_or_let_in(rig):
    installed = rig.folder("same")
    entry = ("  - {{ token: {}, category: {}, operator: x, source: x, date: 2026-01-01{} }}\n")
    before = [("GPTBot", "search-engine", ""), ("OldName", "ai-search", ""),
              ("Bytespider", "ai-training", ""), ("ClaudeBot", "ai-search", "")]
    (installed / "a.yaml").write_text(
        "version: 1\ncrawlers:\n" + "".join(entry.format(*row) for row in before))
    status, out, err = rig.command("crawlers", "--diff", "same")
    assert (status, err) == (0, ""), (status, err)
    assert "- GPTBot: search-engine → ai-training\n" in out, out
    assert "- ClaudeBot: ai-search → ai-training\n" in out, out
    assert "**Crawlers removed**\n- OldName (ai-search)\n" in out, out
    assert "Names that find nothing any more" in out and "Bytespider:" not in out, out
    presets = json.loads(rig.command("crawlers", "--diff", "same", "--json")[1])["presets"]
    assert "GPTBot" in presets["block-ai"]["refused"], presets["block-ai"]
    assert "ClaudeBot" not in presets["block-ai"]["refused"]
    assert "ClaudeBot" in presets["block-training"]["refused"]
    assert presets["block-ai"]["let_in"] == ["OldName"], presets["block-ai"]
    assert "GPTBot" in presets["charge-ai"]["charged"]
    # What never crawls is forged, whatever the preset.
    assert presets["allow-all"]["refused"] == ["Applebot-Extended", "Google-Extended"]
    line = next(line for line in out.splitlines() if line.startswith("- `block-ai`"))
    assert "newly let in: OldName" in line and "newly refused: " in line, line

    status, _, err = rig.command("crawlers", "--diff", "no-such-folder")
    assert status == 2 and "no-such-folder" in err, (status, err)
    (installed / "a.yaml").write_text("version: 1\ncrawlers:\n  - { tokn: GPTBot }\n")
    status, _, err = rig.command("crawlers", "--diff", "same")
    assert status == 1 and "did you mean 'token'?" in err, (status, err)


@threaded
@limit(60)
def case_the_demo_shows_who_got_what(rig):
    status, out, err = rig.command("demo", "--once", seconds=50)
    assert status == 0, (status, out, err)
    rows = [line.split() for line in out.splitlines()]
    for client, path, got in [("GPTBot", "/", "403"), ("ClaudeBot", "/", "403"),
                              ("Firefox", "/", "200"), ("GPTBot", "/robots.txt", "200")]:
        assert any(row[:3] == [client, path, got] for row in rows), f"{client} {path}:\n{out}"
    assert "Sanitizer" not in err


def refused(rig, config, sites=None):
    """What `serve` says of these files; asserts that it ends with 1."""
    folder = rig.folder(f"config{free_port()}")
    (folder / "sites.d").mkdir()
    (folder / "turnpike.yaml").write_text(config)
    for name, text in (sites or {"example": SITE}).items():
        (folder / "sites.d" / f"{name}.yaml").write_text(text)
    status, out, err = rig.command("serve", "-c", "turnpike.yaml", directory=folder)
    assert status == 1 and out == "", (status, out, err)
    return err


def case_a_misspelt_key_is_shown_where_it_stands(rig):
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\nlimits:\n  idle_timeuot: 5s\n")
    assert said == ("turnpike.yaml:4:3: error: unknown key 'idle_timeuot'\n"
                    "      idle_timeuot: 5s\n"
                    "      ^ did you mean 'idle_timeout'?\n"), said


def case_every_mistake_is_said_at_once(rig):
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\nthreads: many\nmode: x\n")
    assert "turnpike.yaml:3:10: error:" in said and "turnpike.yaml:4:7: error:" in said, said
    rule = "rules:\n  - name: a\n    when: { crawler: GPTBot }\n    then: refuse\n"
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\n", {
        "example": SITE + rule, "other": SITE.replace("example", "other") + "colour: red\n"})
    assert "sites.d/example.yaml:8:11: error:" in said, said
    assert "sites.d/other.yaml:5:1: error:" in said, said


def case_mistakes_that_yaml_itself_lets_pass_are_errors(rig):
    for lines, place in [("version: 1\nthreads: 2\nthreads: 3\n", "3:1"),
                         ("version: 1\nlimits: { idle_timeout: 5 }\n", "2:25"),
                         ("version: 2\n", "1:10"),
                         ("version: 1\naccess_log: { format: xml }\n", "2:23")]:
        said = refused(rig, lines + "sites: sites.d/*.yaml\n")
        assert f"turnpike.yaml:{place}: error:" in said, f"no {place} in {said}"
    assert "turnpike.yaml:" in refused(rig, "version: 1\nlisten: [\n")


def case_two_listeners_in_one_place_are_an_error(rig):
    said = refused(rig, 'listen: [{ address: "127.0.0.1:8080" }]\nsites: sites.d/*.yaml\n'
                        'metrics: { address: "0.0.0.0:8080" }\n')
    assert "turnpike.yaml:3:10: error: '0.0.0.0:8080' is taken by '127.0.0.1:8080'" in said, said
    status, _, err = rig.command("serve", "--origin", "http://127.0.0.1:1", "--listen",
                                 "127.0.0.1:8080", "--admin", "127.0.0.1:8080")
    assert status == 1 and "the same place" in err, (status, err)


def case_a_token_file_holds_a_token_that_others_cannot_read(rig):
    def with_token_file(name):
        return ('sites: sites.d/*.yaml\n'
                f'admin: {{ address: "127.0.0.1:9477", token_file: {name} }}\n')
    assert "cannot be read" in refused(rig, with_token_file("none"))
    (rig.directory / "short").write_text("secret\n")
    said = refused(rig, with_token_file(rig.directory / "short"))
    assert "holds no token" in said and "warning: everybody on this machine can read" in said, said


def case_two_sites_with_one_host_name_both_files(rig):
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\n", {
        "a": SITE.replace("site: example", "site: a"),
        "b": SITE.replace("site: example", "site: b").replace("example.com", "Example.com")})
    assert "sites.d/a.yaml" in said and "sites.d/b.yaml" in said, said


def case_pay_without_a_price_and_a_site_without_an_origin_are_errors(rig):
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\n", {
        "example": SITE + "rules: [{ name: a, when: { crawler: GPTBot }, then: pay }]\n"})
    assert "price" in said, said
    said = refused(rig, "version: 1\nsites: sites.d/*.yaml\n", {
        "example": "version: 1\nsite: example\nhosts: [a.example]\n"})
    assert "origin" in said, said


def case_a_file_that_is_not_there_is_an_error(rig):
    status, _, err = rig.command("serve", "-c", "none.yaml")
    assert status == 1 and "none.yaml" in err, (status, err)
    status, _, err = rig.command("serve", "--origin", "ftp://x", "--admin", "off")
    assert status in (1, 2) and "ftp" in err, (status, err)
