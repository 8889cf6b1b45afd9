"""Servers of a lab that answer in JSON, on behalf of what a cluster has around it."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult


class Answers(BaseHTTPRequestHandler):
    """One question; it goes into no log, since controllers ask every few seconds, and nobody wants to read that."""

    def do_GET(self) -> None:
        """By path, or as a proxy is asked."""
        self.respond(urlsplit(self.path))

    def respond(self, asked: SplitResult) -> None:
        """Say what there is, with `answer`."""
        raise NotImplementedError

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def answer(self, body: dict[str, Any]) -> None:
        """Send an object."""
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
