"""What KEDA asks, played on loopback in the words of each: Prometheus, NATS, RabbitMQ's management, Redis.

The numbers are the test's. Kafka is a broker of its own, in tools/keda.
"""

from __future__ import annotations

import base64
import json
import socketserver
import subprocess
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bayplan.lab.port import LOOPBACK
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "reader", "secret"


@dataclass
class Numbers:
    """What each of them answers."""

    prometheus: float = 0
    nats: int = 0
    rabbitmq: int = 0
    redis: int = 0
    refused: list[str] = field(default_factory=list)
    """Questions of those who did not sign in."""

    def over_http(self, path: str, authorization: str) -> Any:
        """The JSON of a question; None for what nobody has heard of."""
        if path.startswith("/api/") and authorization != _basic():
            self.refused.append(path)
            return None
        if path == "/api/v1/query":
            return {"data": {"result": [{"value": [0, str(self.prometheus)]}]}}
        if path == "/api/queues/team/jobs":
            return {"name": "jobs", "messages": self.rabbitmq}
        if path == "/jsz":
            consumer = {"stream_name": "news", "name": "scorer", "num_pending": self.nats, "num_ack_pending": 0}
            stream = {"name": "news", "consumer_detail": [consumer]}
            account = {"id": "$G", "name": "$G", "stream_detail": [stream]}
            return {"account_details": [account], "meta_cluster": {"cluster_size": 1}}
        return None


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where they are."""

    numbers: Numbers
    http: int
    redis: int


@contextmanager
def open_sources() -> Iterator[Sources]:
    """Serve until the end."""
    numbers = Numbers()

    class Http(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = numbers.over_http(urlsplit(self.path).path, self.headers.get("Authorization", ""))
            data = json.dumps(body).encode()
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    class Redis(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while line := self.rfile.readline():
                words = [self._word() for _ in range(int(line[1:]))]
                self.wfile.write(_redis(words, numbers))

        def _word(self) -> bytes:
            return self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2]

    with (
        ThreadingHTTPServer((LOOPBACK, 0), Http) as http,
        socketserver.ThreadingTCPServer((LOOPBACK, 0), Redis) as redis,
    ):
        http.daemon_threads = redis.daemon_threads = True
        for server in (http, redis):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Sources(numbers=numbers, http=http.server_address[1], redis=redis.server_address[1])
        http.shutdown()
        redis.shutdown()


def _redis(words: list[bytes], numbers: Numbers) -> bytes:
    match words[0].upper():
        case b"PING":
            return b"+PONG\r\n"
        case b"EVAL" | b"EVALSHA" if words[3] == b"jobs":
            return b":%d\r\n" % numbers.redis
        case _:  # its client can do without the rest
            return b"-ERR unknown command\r\n"


class Broker:
    """A Kafka with one topic."""

    def __init__(self, control: int) -> None:
        self.address = f"http://{LOOPBACK}:{control}"

    def write(self, count: int) -> None:
        """Somebody writes so many messages."""
        self._ask(f"/write?count={count}")

    def read(self, group: str) -> None:
        """A group has read all that is there."""
        self._ask(f"/read?group={group}")

    def _ask(self, what: str) -> None:
        request = urllib.request.Request(f"{self.address}{what}", method="POST")  # noqa: S310 - on loopback
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310


@contextmanager
def open_broker(program: Path, port: int, control: int, certificates: Path, topic: str) -> Iterator[Broker]:
    """A broker with four partitions, over TLS, for one user."""
    words = [str(port), str(control), str(certificates), USER, PASSWORD, topic, "4"]
    with subprocess.Popen([program, *words]) as process:
        try:
            broker = Broker(control)

            def there() -> None:
                try:
                    broker.read("nobody")
                except OSError as why:
                    raise NotYet(str(why)) from why

            wait_for("the broker", there, within_s=30)
            yield broker
        finally:
            process.terminate()
