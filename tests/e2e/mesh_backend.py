"""A program behind the mesh: `python -m tests.e2e.mesh_backend <port> <name>` answers as its caller wishes.

The header `x-wish` says how: `reset` breaks the connection without an answer, `slow` never answers, a number is the
status; `reset 200` wishes for the first and the second arrival of one `x-trial`, the last holds for all that follow.
`x-wish-<name>` is for the backend of that name alone.
`GET /arrivals/<trial>` tells how often a request of that trial has arrived.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARRIVALS: Counter[str] = Counter()
LOCK = threading.Lock()
NEVER = threading.Event()


class Backend(BaseHTTPRequestHandler):
    """Grants wishes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/arrivals/"):
            self.answer(200, {"arrivals": ARRIVALS[self.path.rpartition("/")[2]]})
            return
        with LOCK:
            trial = self.headers.get("x-trial", "")
            ARRIVALS[trial] += 1
            said = self.headers.get(f"x-wish-{sys.argv[2]}") or self.headers.get("x-wish") or "200"
            wishes = said.split()
            wish = wishes[min(ARRIVALS[trial], len(wishes)) - 1]
        if wish == "reset":
            linger = struct.pack("ii", 1, 0)  # closing then sends RST
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.close_connection = True
        elif wish == "slow":
            NEVER.wait()
        else:
            self.answer(int(wish), {"backend": sys.argv[2], "host": self.headers["host"], "path": self.path})

    def answer(self, status: int, said: dict[str, object]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return  # its connection was broken on purpose

    def log_message(self, *_: object) -> None:
        """Silent."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Backend).serve_forever()
