"""config/examples: each file as it stands, with the clients that such a site has."""

import os
import pathlib
import re
import subprocess

from rig.fronts import TlsClient
from rig.gateway import BROWSER, CRAWLER
from rig.git import git, git_server
from rig.marks import limit
from rig.process import Process, free_port, wait_until
from rig.wire import request

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "config" / "examples"

GIT, LFS, CURL = "git/2.39.2", "git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)", "curl/8.5.0"
SEARCH = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
AI_SEARCH = "Mozilla/5.0 (compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot)"
READER, PREVIEW = "Feedly/1.0 (+https://feedly.com/fetcher.html)", "facebookexternalhit/1.1"
MONITOR, PYWIKIBOT = "Uptime-Kuma/1.23", "pywikibot/8.6"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
UPLOAD = ("Content-Type", "multipart/form-data; boundary=x")


def example(rig, name, origin=None):
    """A turnpike with that file as its only site; what differs is where the site runs."""
    text = (EXAMPLES / f"{name}.yaml").read_text()
    host = re.search(r"^hosts: \[([^],]*)", text, re.MULTILINE)[1]
    origin = origin or rig.origin()
    text, found = re.subn(r"^origin: \S+", f"origin: {origin.url}", text, flags=re.MULTILINE)
    assert found == 1, f"{name} has {found} origins"
    text = re.sub(r"^(version|site): .*\n", "", text, flags=re.MULTILINE)
    gate = rig.turnpike(config="", sites={name: text})
    assert gate.process.stderr().count(b"warning") == 0, gate.process.stderr()
    return gate, host


class Visitors:
    """Requests for one example's host, each of which must get what is said."""

    def __init__(self, gate, host):
        self.gate, self.host = gate, host

    def request(self, target, method, agent, fields, body=b""):
        """As a web server on this machine hands it on, for a client out there."""
        fields = [("User-Agent", agent), *fields]
        if "X-Forwarded-For" not in dict(fields):
            fields.append(("X-Forwarded-For", "198.51.100.7"))
        return request(target, method, self.host, fields, body)

    def get(self, status, target, agent=BROWSER, method="GET", fields=(), body=b"", times=1):
        with self.gate.client() as client:
            for number in range(times):
                client.send(self.request(target, method, agent, fields, body))
                answer = client.final(method)
                assert answer.status == status, (number, method, target, agent, answer.start,
                                                 answer.body[:400])
        return answer

    def post(self, status, target, agent=BROWSER, fields=(FORM,), body=b"a=b", times=1):
        return self.get(status, target, agent, "POST", fields, body, times)

    def throttled(self, target, agent=BROWSER, fields=(), within=100):
        """Whether so many in a row come to a 429."""
        with self.gate.client() as client:
            for _ in range(within):
                client.send(self.request(target, "GET", agent, fields))
                if client.final().status == 429:
                    return True
        return False


def case_every_example_lets_people_in_and_keeps_training_out(rig):
    files = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
    assert len(files) == 7, files
    for name in files:
        visitors = Visitors(*example(rig, name))
        for agent in (BROWSER, READER, PREVIEW, MONITOR, CURL, SEARCH):
            visitors.get(200, "/", agent, times=100)
        for agent in ("", "Mozilla/4.0", "Some-Program/1"):
            visitors.get(200, "/feed", agent)
        visitors.get(402 if name == "publisher" else 403, "/", CRAWLER)
        visitors.get(200, "/robots.txt", CRAWLER)


@limit(90)
def case_a_forge_serves_git_and_everything_that_speaks_to_it(rig):
    root = rig.folder("repositories")
    bare = root / "owner" / "repo.git"
    bare.mkdir(parents=True)
    git(bare, "init", "--bare", "-q", "-b", "main", ".")
    gate, host = example(rig, "forgejo", rig.origin(git_server(root)))
    work = rig.folder("work")
    through = ["-c", f"http.curloptResolve={host}:{gate.port}:127.0.0.1"]
    git(work, *through, "clone", "-q", f"http://{host}:{gate.port}/owner/repo.git", "one")
    one = work / "one"
    (one / "noise").write_bytes(os.urandom(3 << 20))  # more than git sends with a Content-Length
    git(one, "add", ".")
    git(one, "commit", "-q", "-m", "a change")
    git(one, *through, "push", "-q", "origin", "HEAD:main")
    git(work, *through, "clone", "-q", f"http://{host}:{gate.port}/owner/repo.git", "two")
    assert (work / "two" / "noise").read_bytes() == (one / "noise").read_bytes()
    assert gate.metric("turnpike_requests_total", outcome="refused") == 0


def case_a_forge_lets_machines_work_and_throttles_what_is_dear(rig):
    visitors = Visitors(*example(rig, "forgejo"))
    json = ("Content-Type", "application/vnd.git-lfs+json")
    for _ in range(70):  # more than any burst in the file
        visitors.get(200, "/o/r.git/info/refs?service=git-upload-pack", GIT)
        visitors.post(200, "/o/r.git/info/lfs/objects/batch", LFS, [json], b"{}")
        visitors.post(200, "/user/login")
        visitors.get(200, "/user/oauth2/github/callback?code=x&state=y")
        visitors.post(200, "/login/oauth/access_token", "Go-http-client/1.1")
    for target in ("/api/v1/repos/o/r/issues", "/o/r/issues/attachments",
                   "/api/actions/runner.v1.RunnerService/FetchTask", "/api/packages/o/npm/x"):
        visitors.post(200, target, "Some-Client/1", [UPLOAD], b"--x--", times=70)
    visitors.get(200, "/v2/o/image/blobs/uploads/1", "docker/24.0.5", "PUT", body=b"x")
    visitors.get(200, "/o/r.rss", READER, times=70)
    visitors.get(200, "/o/r/blame/branch/main/a.c", fields=[("Cookie", "i_like_gitea=1")], times=70)
    assert visitors.throttled("/o/r/blame/branch/main/a.c")
    assert visitors.throttled("/o/r/commits/branch/main", CURL)
    assert visitors.throttled("/o/r/archive/main.tar.gz", CURL)
    visitors.get(200, "/o/r", times=100)
    visitors.get(403, "/o/r/blame/branch/main/a.c", SEARCH)
    for target in ("/o/r", "/o/r/blame/branch/main/a.c", "/o/r/archive/main.zip", "/api/v1/version",
                   "/o/r.git/info/refs?service=git-upload-pack", "/user/login"):
        visitors.get(403, target, CRAWLER)
    visitors.get(403, "/o/r.git/info/refs", f"{GIT} {CRAWLER}")


def case_wordpress_lets_its_users_and_its_programs_in(rig):
    visitors = Visitors(*example(rig, "wordpress"))
    visitors.post(200, "/wp-login.php", times=10)
    visitors.post(200, "/wp-admin/async-upload.php", fields=[UPLOAD], body=b"--x--", times=70)
    visitors.post(200, "/wp-json/wp/v2/posts", times=70)
    visitors.get(200, "/wp-json/wp/v2/posts", "wp-android/24.1", times=70)
    visitors.get(200, "/wp-login.php?action=jetpack-sso&code=x", times=70)
    visitors.post(200, "/xmlrpc.php", "Jetpack by WordPress.com", body=b"<methodCall/>", times=10)
    visitors.post(200, "/wp-cron.php?doing_wp_cron=1", "WordPress/6.4.2; https://blog.example.com")
    visitors.get(200, "/feed/", READER, times=70)
    visitors.get(200, "/?s=cats", fields=[("Cookie", "wordpress_logged_in_a1=x")], times=70)
    assert visitors.throttled("/?s=cats")
    visitors.get(403, "/post/?replytocom=17", SEARCH)
    visitors.get(200, "/post/?replytocom=17")
    for target in ("/", "/?s=cats", "/feed/", "/wp-json/wp/v2/posts", "/wp-content/uploads/a.jpg"):
        visitors.get(403, target, CRAWLER)
    visitors.post(403, "/wp-login.php", CRAWLER)


def case_a_wiki_lets_editors_in_and_crawlers_out_of_its_history(rig):
    visitors = Visitors(*example(rig, "mediawiki"))
    visitors.post(200, "/index.php?title=Special:UserLogin", times=70)
    visitors.post(200, "/index.php?title=Special:Upload", fields=[UPLOAD], body=b"--x--", times=70)
    visitors.post(200, "/index.php?title=X&action=submit", times=70)
    visitors.post(200, "/api.php?action=edit", PYWIKIBOT, times=70)
    visitors.get(200, "/rest.php/v1/page/X", times=70)
    visitors.post(200, "/rest.php/oauth2/access_token", "Some-Client/1", times=70)
    visitors.get(200, "/wiki/Special:OAuth/authorize?oauth_token=x", times=70)
    visitors.get(200, "/index.php?title=Special:RecentChanges&feed=atom", READER, times=70)
    visitors.get(200, "/index.php?title=X&diff=2&oldid=1", PYWIKIBOT, times=70)
    editor = [("Cookie", "mywikiUserID=7")]
    visitors.get(200, "/index.php?title=X&diff=2&oldid=1", fields=editor, times=70)
    visitors.get(200, "/wiki/X", AI_SEARCH)
    visitors.get(403, "/wiki/X", CRAWLER)
    for target in ("/index.php?title=X&action=history", "/wiki/X?oldid=3", "/wiki/X?diff=3",
                   "/wiki/Special:Log", "/w/index.php?title=Special:Export/X"):
        visitors.get(403, target, SEARCH)
        visitors.get(403, target, AI_SEARCH)
        visitors.get(200, target)
    assert visitors.throttled("/index.php?title=X&diff=2&oldid=1")
    assert visitors.throttled("/wiki/Special:WhatLinksHere/X")


def case_a_publisher_charges_training_and_lets_search_in(rig):
    visitors = Visitors(*example(rig, "publisher"))
    refusal = visitors.get(402, "/2026/article", CRAWLER)
    assert b"USD 0.01" in refusal.body and b"licensing@magazine.example" in refusal.body
    licensed = [("X-Forwarded-For", "192.0.2.17")]
    visitors.get(200, "/archive/2001", CRAWLER, fields=licensed)
    visitors.get(402, "/archive/2001", CRAWLER, fields=[("X-Forwarded-For", "203.0.113.1")])
    visitors.get(402, "/2026/article", CRAWLER, fields=licensed)
    visitors.get(200, "/2026/article", AI_SEARCH)
    visitors.get(403, "/premium/article", AI_SEARCH)
    assert visitors.throttled("/2026/article", AI_SEARCH)
    for target in ("/premium/article", "/2026/article"):
        visitors.get(200, target, SEARCH, times=70)
        visitors.get(200, target, times=70)
    visitors.post(200, "/login", times=70)
    visitors.get(200, "/oauth/callback?code=x", times=70)
    visitors.get(200, "/feed.xml", READER, times=70)
    visitors.get(403, "/", "FirecrawlAgent")


def front_of_nginx(folder, port, places):
    """fronts/nginx.conf, listening on another port and with a certificate of its own."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=www.example.com", "-days",
                    "2", "-keyout", "key", "-out", "pem"], cwd=folder, check=True,
                   capture_output=True)
    text = places((EXAMPLES / "fronts" / "nginx.conf").read_text())
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = re.sub(r"listen \[::\].*\n", "", text)
    text = re.sub(r"/etc/ssl/\w+/example\.", f"{folder}/", text)
    (folder / "nginx.conf").write_text(
        "daemon off; master_process off; pid pid; error_log stderr warn; user root;\n"
        "events {}\nhttp { access_log off; client_body_temp_path body; proxy_temp_path proxy;\n"
        "fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n" + text + "}\n")
    return Process(["/usr/sbin/nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"], folder,
                   "nginx")


def front_of_caddy(folder, port, places):
    """fronts/Caddyfile, listening on another port and with a certificate of its own."""
    text = places((EXAMPLES / "fronts" / "Caddyfile").read_text())
    text = text.replace("www.example.com {", f"https://www.example.com:{port} {{\n\ttls internal")
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + text)
    home = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return Process(["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"], folder,
                   "caddy", home)


def try_front(rig, name, start):
    """What the example promises: who asks is known, refusals stand, and the failover."""
    origin = rig.origin()
    gate, host = example(rig, name, origin)
    port, folder = free_port(), rig.folder("front")

    def places(text):
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{gate.port}").replace("10s", "1s")
        return text.replace("127.0.0.1:3000", f"127.0.0.1:{origin.port}")

    def ask(agent, target="/", body=b""):
        with TlsClient(port, "127.0.0.9", host=host) as client:
            client.send(request(target, "POST" if body else "GET", host, body=body, fields=[
                ("User-Agent", agent), ("X-Forwarded-For", "198.51.100.7"),
                ("X-Forwarded-Host", "evil.example"), ("X-Real-IP", "198.51.100.7"),
                ("Forwarded", "for=198.51.100.7"), ("X-Turnpike-Crawler", "Trust-Me")]))
            return client.final().status

    def check(seen):
        """What the site is told of the client, with Turnpike or without."""
        assert seen["x-real-ip"] == "127.0.0.9" and "forwarded" not in seen.fields, seen.fields
        assert seen["x-forwarded-for"].startswith("127.0.0.9"), seen.fields
        for name in ("host", "x-forwarded-host"):
            assert seen[name].split(":")[0] == host, (name, seen.fields)
        assert seen["x-forwarded-proto"] == "https", seen.fields

    front = start(folder, port, places)
    try:
        front.until_listening(port, 60)
        assert wait_until(lambda: ask(BROWSER), "no answer") == 200
        check(origin.requests[-1])
        assert origin.requests[-1]["x-turnpike-action"] == "allow"
        assert ask(BROWSER, "/upload", bytes(3 << 20)) == 200
        assert len(origin.requests[-1].body) == 3 << 20
        before = len(origin.requests)
        for _ in range(20):
            assert ask(CRAWLER) == 403
        assert len(origin.requests) == before, "a refusal was asked of the site again"
        gate.stop()
        for body in (b"", b"x"):
            assert ask(BROWSER, "/down", body) == 200
        seen = origin.requests[-1]
        assert seen.target == "/down" and "x-turnpike-crawler" not in seen.fields, seen.fields
        check(seen)
        back = rig.turnpike(origin=origin, listens_on=gate.port)
        wait_until(lambda: ask(CRAWLER) == 403, "Turnpike is back and nobody asks it")
        back.stop()
    finally:
        front.kill()


@limit(90)
def case_behind_nginx_as_the_example_says(rig):
    try_front(rig, "behind-nginx", front_of_nginx)


@limit(90)
def case_behind_caddy_as_the_example_says(rig):
    try_front(rig, "behind-caddy", front_of_caddy)
