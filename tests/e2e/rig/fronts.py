"""Servers that stand before a turnpike, as people run them: nginx and Caddy, with TLS."""

import os
import pathlib
import socket
import ssl
import subprocess

from .process import Process, free_port
from .wire import Client, Lines, request

HOST = "site.example"

NGINX = """
daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr warn; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate front.pem; ssl_certificate_key front.key;
    location / {{ proxy_pass http://127.0.0.1:{behind}; {lines} }}
  }}
}}
"""

# As most people write it: what the client sent stays in front of what nginx adds.
NGINX_LINES = """
proxy_http_version 1.1; proxy_set_header Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
"""

CADDY = """
{{
  admin off
  auto_https disable_redirects
  skip_install_trust
  local_certs
}}
https://{host}:{port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{behind}
}}
"""


class TlsClient(Client):
    """A browser's end: it names the site and does not ask who signed for it."""

    def __init__(self, port, source=None, timeout=15, host=HOST):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", port), timeout=timeout,
                                         source_address=(source, 0) if source else None)
        self.socket = context.wrap_socket(plain, server_hostname=host)
        self.lines = Lines(self.socket)


class Front:
    """Listens with TLS on a port of its own and forwards to `behind`."""

    def ask(self, target="/", fields=(), source=None):
        with TlsClient(self.port, source) as client:
            client.send(request(target, host=HOST, fields=fields))
            return client.final()


class NginxFront(Front):
    def __init__(self, directory, behind, lines=NGINX_LINES):
        directory = pathlib.Path(directory)
        self.port = free_port()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", f"/CN={HOST}", "-days", "2", "-keyout", "front.key", "-out",
             "front.pem"], cwd=directory, check=True, capture_output=True)
        user = "user root;" if os.getuid() == 0 else ""
        (directory / "nginx.conf").write_text(
            NGINX.format(port=self.port, behind=behind, lines=lines, user=user))
        program = "/usr/sbin/nginx" if os.access("/usr/sbin/nginx", os.X_OK) else "nginx"
        self.process = Process([program, "-p", directory, "-c", "nginx.conf", "-e", "stderr"],
                               directory, "nginx")
        self.process.until_listening(self.port)


class CaddyFront(Front):
    def __init__(self, directory, behind):
        directory = pathlib.Path(directory)
        self.port = free_port()
        (directory / "Caddyfile").write_text(
            CADDY.format(host=HOST, port=self.port, behind=behind))
        self.process = Process(
            ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"], directory, "caddy",
            {"XDG_DATA_HOME": str(directory), "XDG_CONFIG_HOME": str(directory)})
        self.process.until_listening(self.port, 60)
