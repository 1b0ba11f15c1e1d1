"""A git server behind the gate: `git http-backend` over a folder of bare repositories; and git."""

import os
import subprocess

from .origin import answer_all
from .wire import response


def environment(folder):
    """Nothing of the machine's own: no proxies, no configuration, no questions."""
    names = ("git", "smith")
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0", "no_proxy": "*",
            **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER")
               for key, value in zip(("NAME", "EMAIL"), names)}}


def git(folder, *arguments):
    ended = subprocess.run(["git", *map(str, arguments)], cwd=folder, env=environment(folder),
                           capture_output=True, timeout=60)
    assert ended.returncode == 0, (arguments, ended.stderr.decode())
    return ended.stdout.decode()


def git_server(root):
    """A script for an origin: smart HTTP, whoever pushes is believed."""
    def reply(message):
        path, _, query = message.target.partition("?")
        answer = subprocess.run(["git", "http-backend"], input=message.body, capture_output=True,
                                timeout=60, env={
            **environment(root), "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": message.method, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": message["content-type"] or "", "REMOTE_USER": "smith",
            "HTTP_CONTENT_ENCODING": message["content-encoding"] or "",
            "CONTENT_LENGTH": str(len(message.body)),
            "GIT_PROTOCOL": message["git-protocol"] or ""}).stdout
        head, _, body = answer.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return response(body, fields.pop("Status", "200 OK"), list(fields.items()))
    return answer_all(reply)
