"""What refused clients are shown: the format they can read, a page for people, a page of the
operator's own."""

from rig.chromium import chromium, look
from rig.gateway import BROWSER, CRAWLER
from rig.marks import limit
from rig.process import free_port
from rig.wire import request

CONTACT = "contact: mailto:web@example.com\n"
ASSISTANT = "Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot)"
HTML = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")


def case_each_client_is_refused_in_a_format_that_it_reads(rig):
    gate = rig.site(rig.origin(), CONTACT)
    wanted = {
        "text/plain": [None, "*/*", "text/html;q=0", "image/webp,*/*;q=0.8"],
        "text/html": [HTML[1], "text/html", "application/json;q=0.9, text/html"],
        "application/problem+json": ["application/json", "application/problem+json, */*;q=0.1",
                                     "application/json, text/plain, */*", "application/*"]}
    for kind, lines in wanted.items():
        for line in lines:
            fields = [("Accept", line)] if line else []
            answer = gate.ask("/a", agent=CRAWLER, fields=fields)
            assert answer["content-type"].split(";")[0] == kind, f"{line}: {answer.fields}"
            assert answer["vary"] is None and answer["cache-control"] == "no-store"
    text = gate.ask("/robots.txt/x", agent=CRAWLER, fields=[HTML])
    assert text["content-type"].startswith("text/html"), text.fields


def case_robots_txt_is_never_refused_in_html(rig):
    closed = "open_paths: { remove: [/robots.txt] }\n"
    for lines, status in [(closed, 200), (closed + "robots: origin\n", 403)]:
        gate = rig.site(rig.origin(), lines)
        for accept in (HTML[1], "application/json"):
            answer = gate.ask("/robots.txt", agent=CRAWLER, fields=[("Accept", accept)])
            assert (answer.status, answer["content-type"]) == (status, "text/plain; charset=utf-8")


def case_an_assistant_is_told_to_send_the_person_to_a_browser(rig):
    gate = rig.site(rig.origin(), CONTACT)
    for accept in (HTML[1], "*/*", "application/json"):
        fields = [("Accept", accept)]
        told = b"open it in a browser"
        assert told in gate.ask("/", agent=ASSISTANT, fields=fields).body, accept
        assert told not in gate.ask("/", agent=CRAWLER, fields=fields).body, accept


def case_the_page_has_the_id_in_its_text_and_in_its_link(rig):
    gate = rig.site(rig.origin(), CONTACT)
    for _ in range(3):  # made, then from memory
        page = gate.ask("/", agent=CRAWLER, fields=[HTML])
        identifier = page["x-turnpike-id"].encode()
        assert page.body.count(identifier) == 2, page.body
        assert b'href="mailto:web@example.com?subject=Refused%20' + identifier in page.body
    with gate.client() as client:
        client.send(request("/", "HEAD", fields=[("User-Agent", CRAWLER), HTML]))
        assert int(client.receive("HEAD")["content-length"]) == len(page.body)


OWN = """{{! ours }}
<h1>{{status}} {{title}}</h1>
{{#crawler}}
<p>{{crawler}} of {{operator}}: {{reason}}</p>
{{/crawler}}
{{^price}}<p>Ask {{contact}} about {{id}} ({{id}})</p>{{/price}}
"""


def own_page(rig, page, name="site"):
    """A configuration whose site brings a page of its own: the folder, and the port."""
    folder, port = rig.folder(name), free_port()
    (folder / "site.yaml").write_text(
        f'site: own\nhosts: ["*"]\norigin: {rig.origin().url}\n{CONTACT}'
        "refusal_page: pages/refused.html\n")
    (folder / "turnpike.yaml").write_text(
        f'listen: [{{ address: "127.0.0.1:{port}" }}]\nadmin: {{ address: off }}\n'
        "sites: site.yaml\n")
    (folder / "pages").mkdir()
    if page is not None:
        (folder / "pages" / "refused.html").write_text(page)
    return folder, port


def case_a_site_may_bring_a_page_of_its_own(rig):
    folder, port = own_page(rig, OWN)
    gate = rig.turnpike("-c", str(folder / "turnpike.yaml"), admin=False, listens_on=port)
    for _ in range(2):
        answer = gate.ask("/", agent=CRAWLER, fields=[HTML])
        identifier = answer["x-turnpike-id"]
        assert answer.body.decode() == (
            "<h1>403 Access denied</h1>\n<p>GPTBot of OpenAI: This site denies AI crawlers.</p>\n"
            f"<p>Ask web@example.com about {identifier} ({identifier})</p>\n"), answer.body
        assert answer["content-security-policy"] is None, "the page says what it needs"
    assert b"Ask web" not in gate.ask("/", agent=CRAWLER).body, "text stays as it is"


def case_a_page_with_a_mistake_is_refused_when_it_is_loaded(rig):
    folder, _ = own_page(rig, "<h1>\n  {{titel}}\n</h1>\n", "mistake")
    status, _, told = rig.command("serve", "-c", "turnpike.yaml", directory=folder)
    assert status == 1 and told == (
        "pages/refused.html:2:3: error: unknown value 'titel'\n"
        "      {{titel}}\n"
        "      ^ did you mean 'title'?\n"), told
    folder, _ = own_page(rig, None, "missing")
    status, _, told = rig.command("serve", "-c", "turnpike.yaml", directory=folder)
    assert status == 1, told
    assert "site.yaml:5:15: error: 'pages/refused.html' cannot be read" in told, told


@limit(120)
def case_the_page_can_be_read_by_people_in_the_light_and_in_the_dark(rig):
    """Looked at with Chromium, where there is one: colours follow the reader's wish, nothing is
    cut off on a narrow screen, and the bar that bars the way is there."""
    if chromium() is None:
        return
    gate = rig.site(rig.origin(), CONTACT + """rules:
  - name: nobody-but-the-members-of-this-quite-secretive-society
    when: { path: /members }
    then: deny
""")
    folder = rig.folder("chromium")
    for dark in (False, True):
        for size in ((1200, 800), (500, 800)):
            page = look(f"http://127.0.0.1:{gate.port}/members", folder, dark, size, BROWSER)
            paper = page.at(1, 1)
            assert (max(paper) < 64) if dark else (min(paper) > 192), (dark, paper)
            assert page.column(page.width - 8) == {paper}, f"{size}: the page runs over its edge"
            colors = set().union(*(page.column(x) for x in range(0, page.width, 3)))
            assert any(r > 150 and g < 90 and b < 90 for r, g, b in colors), "no bar"
            ink = max(abs(sum(paper) - sum(color)) for color in colors)
            assert ink > 500, f"hard to read: {ink}"
    seen = [record["status"] for record in gate.records(4) if record["path"] == "/members"]
    assert seen == [403] * 4, seen
