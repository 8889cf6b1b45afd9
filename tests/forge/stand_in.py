"""A server on loopback that stands in for a forge: it holds requests and answers against the publisher's description.

It is no forge: it does what the tests need of one, in the words of its API. What it sends may be spoiled on purpose.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.forge.bitbucket_tongues import Bitbucket, BitbucketServer
from tests.forge.contract import operation_of, operations, wrong_answer, wrong_request
from tests.forge.tongues import Gitea, GitHub, GitLab, Tongue

TONGUES: dict[str, Tongue] = {
    "github": GitHub(),
    "gitea": Gitea(),
    "gitlab": GitLab(),
    "bitbucket": Bitbucket(),
    "bitbucket-server": BitbucketServer(),
}
ME, STRANGER = 7, 8
HEAD = "c0ffee" + "0" * 34
PULL = 12


@dataclass
class Said:
    """A comment."""

    id: int
    author: int
    text: str
    is_deleted: bool = False
    version: int = 0


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any


@dataclass
class Fault:
    """An answer that takes the place of the true one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    times: int = 1
    only: str = ""
    """Method; "" for all."""
    within: str = ""
    """Part of the path."""


class StandIn:
    """One repository with one pull request, and the token of one account."""

    def __init__(self, forge: str) -> None:
        self.forge = forge
        self.tongue: Tongue = TONGUES[forge]
        self.head = HEAD
        self.comments: list[Said] = []
        self.statuses: list[tuple[str, str, str]] = []
        """Commit, state and words."""
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.faults: list[Fault] = []
        self.on_list: list[Said] = []
        """Comments that come in while the list is being read."""
        self.push_on_write = ""
        """A commit that the pull request is at as soon as somebody writes a comment."""
        handler = type("Bound", (Handler,), {"there": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def api(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}{operations(self.forge)[0]}"

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def say(self, author: int, text: str) -> Said:
        """A comment that is there already."""
        self.comments.append(Said(id=len(self.comments) + 1, author=author, text=text))
        return self.comments[-1]

    def texts(self) -> list[str]:
        """What stands there."""
        return [one.text for one in self.comments if not one.is_deleted]

    def count(self, *methods: str) -> int:
        """Requests that would change something, or those of some methods."""
        return sum(one.method in (methods or ("POST", "PUT", "PATCH", "DELETE")) for one in self.asked)

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """What it says."""
        self.asked.append(asked)
        for fault in self.faults:
            if fault.times and fault.only in ("", asked.method) and fault.within in asked.path:
                fault.times -= 1
                return fault.status, fault.headers, fault.body
        found = operation_of(self.forge, asked.method, asked.path)
        if found is None:
            self.wrong.append(f"{asked.method} {asked.path}: the API has no such operation")
            return 404, {}, b"{}"
        operation, parameters = found
        self.wrong += wrong_request(operation, parameters, asked.query, asked.body)
        if self.push_on_write and asked.body and asked.method != "GET":
            self.head = self.push_on_write
        status, headers, body = self.tongue.answer(self, operation.template, asked, parameters)
        self.wrong += wrong_answer(operation, status, body)
        return status, headers, b"" if body is None else json.dumps(body).encode()

    def page(self, asked: Asked) -> tuple[list[Said], str]:
        """The comments of the page that is asked for, and the query of the next."""
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        size = int(query.get(self.tongue.size, 20))
        number = int(query.get("page", 1))
        there = [one for one in self.comments if not one.is_deleted or self.tongue.shows_deleted]
        more = f"{self.tongue.size}={size}&page={number + 1}" if len(there) > number * size else ""
        self.comments += self.on_list
        self.on_list = []
        return there[(number - 1) * size : number * size], more


class Handler(BaseHTTPRequestHandler):
    """Passes requests on."""

    there: StandIn
    protocol_version = "HTTP/1.1"

    def handle_one(self) -> None:
        """Any method."""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        body = json.loads(content) if content else None
        asked = Asked(self.command, parts.path, parts.query, {k.lower(): v for k, v in self.headers.items()}, body)
        status, headers, answer = self.there.answer(asked)
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(answer))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815 - as http.server calls them

    def log_message(self, *_: object) -> None:
        """Nothing."""
