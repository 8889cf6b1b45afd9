"""Plays the dashboards of Ray clusters, whose pods are simulated: what KubeRay asks them, and what they say.

KubeRay asks a head by the name of its Service, which nobody here resolves; as any Go program it goes through a proxy
that HTTP_PROXY names, to all but loopback: this one. Before anything is said for a cluster it does not answer.
Source: ray-operator/controllers/ray/utils/dashboardclient of KubeRay 1.6.2
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body


@dataclass
class Dashboards:
    """All of them, by the beginning of the name of the cluster's head."""

    jobs: dict[str, str] = field(default_factory=dict)
    """How the job of a cluster goes: PENDING, RUNNING, SUCCEEDED, FAILED."""
    applications: dict[str, str] = field(default_factory=dict)
    """How the application of a cluster goes: DEPLOYING, RUNNING."""
    deployed: dict[str, Body] = field(default_factory=dict)
    """What Ray Serve was asked to deploy, by the same."""
    address: str = ""

    def answer(self, method: str, url: str, asked: bytes) -> tuple[int, Any]:
        """Status and body."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.path.startswith("/api/jobs/"):
            said = next((one for name, one in self.jobs.items() if host.startswith(name)), None)
            return (502, {}) if said is None else (200, {"status": said, "job_id": "01000000", "stopped": True})
        name, said = next(((name, one) for name, one in self.applications.items() if host.startswith(name)), ("", ""))
        if not said:
            return 502, {}
        if method == "PUT":
            self.deployed[name] = json.loads(asked)
        there = self.deployed.get(name, {}).get("applications", [])
        return 200, {"applications": {one["name"]: {"status": said, "deployments": {}} for one in there}}


@contextmanager
def open_dashboards() -> Iterator[Dashboards]:
    """A proxy on loopback that answers for them."""
    dashboards = Dashboards()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = dashboards.answer(self.command, self.path, asked)
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_POST = _reply  # noqa: N815 - as http.server calls them

        def log_message(self, *_: object) -> None:
            """Nothing is told of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dashboards.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield dashboards
    finally:
        server.shutdown()
        server.server_close()
