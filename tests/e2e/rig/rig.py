"""The rig handed to a case: makes origins, turnpikes and neighbours, and takes all down again."""

import json
import os
import pathlib
import urllib.parse
import urllib.request

from .fronts import CaddyFront, NginxFront
from .gateway import Turnpike, run
from .origin import Origin
from .process import Process, free_port, wait_until

NGINX = """
daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr warn; {user}
events {{ worker_connections 1024; }}
http {{
  client_max_body_size 0; default_type text/plain;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  log_format seen '$request_method $request_uri $http_user_agent';
  server {{ listen 127.0.0.1:{port}; root files; access_log seen.log seen; {server} }}
}}
"""


class Nginx:
    """A real origin with a document root of its own."""

    def __init__(self, directory, files, server):
        self.directory = pathlib.Path(directory)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        for name, content in files.items():
            path = self.directory / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        user = "user root;" if os.getuid() == 0 else ""
        (self.directory / "nginx.conf").write_text(
            NGINX.format(port=self.port, server=server, user=user))
        program = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx")
                        if os.access(path, os.X_OK)), "nginx")
        self.process = Process([program, "-p", self.directory, "-c", "nginx.conf", "-e", "stderr"],
                               directory, "nginx")
        self.process.until_listening(self.port)

    def seen(self):
        """What reached it, one `METHOD TARGET AGENT` a request; not who fetches its robots.txt."""
        lines = (self.directory / "seen.log").read_text().splitlines()
        return [line for line in lines if line != "GET /robots.txt Turnpike"]


class Prometheus:
    """A Prometheus server that scrapes one target every half second."""

    def __init__(self, directory, target):
        directory = pathlib.Path(directory)
        self.port = free_port()
        (directory / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "500ms"},
            "scrape_configs": [{"job_name": "turnpike",
                                "static_configs": [{"targets": [target]}]}]}))
        self.process = Process(
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
             f"--web.listen-address=127.0.0.1:{self.port}"], directory, "prometheus")
        self.process.until_listening(self.port, 60)

    def query(self, expression):
        """The instant vector's values, as [(labels, number)]."""
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + \
            urllib.parse.urlencode({"query": expression})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(url, timeout=5) as answer:
                result = json.load(answer)["data"]["result"]
        except OSError:
            return []
        return [(each["metric"], float(each["value"][1])) for each in result]


class Rig:
    def __init__(self, binary, directory, preset):
        self.binary = str(pathlib.Path(binary).resolve())
        self.directory = pathlib.Path(directory)
        os.environ["STATE_DIRECTORY"] = str(self.directory / "state")  # never the machine's own
        self.sanitized = preset in ("asan", "tsan")
        self.preset = preset
        self.turnpikes = []
        self.others = []
        self.origins = []

    def folder(self, name):
        path = self.directory / name
        path.mkdir()
        return path

    def origin(self, script=None):
        self.origins.append(Origin(script))
        return self.origins[-1]

    def turnpike(self, *arguments, origin=None, config=None, sites=None, **options):
        """`serve --origin URL`, or with files: `config` is turnpike.yaml, `sites` name → text."""
        if config is None and origin is not None:
            arguments = ("--origin", getattr(origin, "url", origin), *arguments)
        instance = Turnpike(self.binary, self.directory, f"turnpike{len(self.turnpikes)}",
                            arguments, config, sites, **options)
        self.turnpikes.append(instance)
        return instance

    def site(self, origin, lines="", config="", **options):
        """A turnpike with one site for every host."""
        url = getattr(origin, "url", origin)
        text = f'hosts: ["*"]\norigin: {url}\n{lines}'
        return self.turnpike(config=config, sites={"example": text}, **options)

    def nginx(self, files=None, server=""):
        folder = self.folder(f"nginx{len(self.others)}")
        self.others.append(Nginx(folder, files or {"index.html": b"hello\n"}, server))
        return self.others[-1]

    def nginx_front(self, behind, **options):
        folder = self.folder(f"front{len(self.others)}")
        self.others.append(NginxFront(folder, behind, **options))
        return self.others[-1]

    def caddy_front(self, behind):
        folder = self.folder(f"front{len(self.others)}")
        self.others.append(CaddyFront(folder, behind))
        return self.others[-1]

    def prometheus(self, target):
        folder = self.folder(f"prometheus{len(self.others)}")
        self.others.append(Prometheus(folder, target))
        return self.others[-1]

    def command(self, *arguments, stdin=b"", directory=None, seconds=30):
        return run(self.binary, arguments, directory or self.directory, stdin, seconds)

    def take_down(self):
        """Stops everything; a turnpike must end in good order, with a clean stderr."""
        for origin in self.origins:
            origin.close()
        try:
            for instance in self.turnpikes:
                if instance.process.running():
                    instance.stop()
                instance.process.check_reports()
        finally:
            self.clear()

    def clear(self):
        for each in [*self.turnpikes, *self.others]:
            each.process.kill()


__all__ = ["Rig", "wait_until"]
