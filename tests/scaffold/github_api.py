"""As much of GitHub's API as bayplan-comment.yml asks, on loopback: answers are set by a test, questions are kept."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = "/repos/acme/platform"
HEAD = "b" * 40


class GitHub:
    """A repository with one pull request from a fork, whose run has left one artifact."""

    def __init__(self, artifact: bytes) -> None:
        self.url = ""
        self.artifact = artifact
        self.size = len(artifact)
        self.pulls = [pull(7)]
        self.files = ["apps/hello.yaml"]
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def answer(self, method: str, path: str, query: dict[str, list[str]]) -> object:
        """What is said to a question."""
        page = int(query.get("page", ["1"])[0])
        if path.endswith(f"/statuses/{HEAD}"):
            return {}
        if path == f"{REPOSITORY}/issues/7/comments":
            return {"id": 1, "user": {"id": 9, "login": "bot"}, "body": ""} if method == "POST" else []
        return {
            "/user": {"id": 9, "login": "bot"},
            f"{REPOSITORY}/pulls": self.pulls,
            f"{REPOSITORY}/pulls/7": pull(7),
            f"{REPOSITORY}/pulls/7/files": [{"filename": name} for name in self.files[page * 100 - 100 : page * 100]],
            f"{REPOSITORY}/actions/runs/5/artifacts": {
                "artifacts": [{"id": 3, "name": "bayplan-review", "expired": False, "size_in_bytes": self.size}]
            },
            f"{REPOSITORY}/actions/artifacts/3/zip": self.artifact,
        }.get(path)

    def sent(self, ending: str) -> list[dict[str, Any]]:
        """What was posted to a path."""
        return [body for method, path, body in self.asked if method == "POST" and path.endswith(ending)]


def pull(number: int, *, sha: str = HEAD, repository: str = "stranger/platform") -> dict[str, Any]:
    return {"number": number, "head": {"sha": sha, "ref": "change", "repo": {"full_name": repository}}}


def zipped(**members: bytes) -> bytes:
    """An archive; `__` in a name stands for what Python's keywords cannot say."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "../").replace("_", "."), content)
    return data.getvalue()


@contextmanager
def serve(github: GitHub) -> Iterator[None]:
    """Answer on a free port of loopback while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            asked = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            github.asked.append((self.command, asked.path, json.loads(body) if body else {}))
            said = github.answer(self.command, asked.path, parse_qs(asked.query))
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(404 if said is None else 201 if self.command == "POST" else 200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
