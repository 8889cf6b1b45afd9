"""A forge of the simplest kind: bare repositories over smart HTTP: `python -m bayplan.lab.forge <folder> <port>`.

Git does the work: this passes requests to `git http-backend`, by CGI (https://git-scm.com/docs/git-http-backend).
"""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from bayplan.lab.port import LOOPBACK


class Handler(BaseHTTPRequestHandler):
    """One request of a git client."""

    folder: ClassVar[str]

    def do_GET(self) -> None:
        """What a clone begins with; `/` says that the forge is there."""
        if self.path == "/":
            self.send_response(200)
            self.end_headers()
        else:
            self._pass(b"")

    def do_POST(self) -> None:
        """What a clone goes on with."""
        self._pass(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _pass(self, body: bytes) -> None:
        asked = urlsplit(self.path)
        surroundings = {
            "PATH": os.environ.get("PATH", ""),
            "GIT_PROJECT_ROOT": self.folder,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "1",  # whoever owns the folder: it is the lab's
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": str(len(body)),
        }
        answer = subprocess.run(["git", "http-backend"], input=body, env=surroundings, capture_output=True, check=False)
        sys.stderr.buffer.write(answer.stderr)
        head, _, content = answer.stdout.partition(b"\r\n\r\n")
        headers = [line.partition(": ") for line in head.decode().splitlines()]
        status = next((value for name, _, value in headers if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, _, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main(folder: str, port: str) -> None:
    """Serve until ended."""
    Handler.folder = folder
    ThreadingHTTPServer((LOOPBACK, int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
