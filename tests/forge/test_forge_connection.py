"""The way to a forge: certificates are verified, proxies asked, and addresses that give the token away refused."""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from tests.forge.conftest import NOTE, TOKEN, opened, told

from bayplan.complaint import BadInput
from bayplan.forge.http import Http
from bayplan.forge.post import Outcome, post
from bayplan.lab.certificate import make_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forge.stand_in import StandIn

pytestmark = pytest.mark.usefixtures("waits")


def test_nobody_listens(github: StandIn) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "cannot be reached" in told(opened(github, api=api))


@pytest.fixture
def heard() -> list[bytes]:
    """What the port that is no forge was told."""
    return []


@pytest.fixture
def unreadable(heard: list[bytes]) -> Iterator[int]:
    """A port that answers with what is no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(1000))
                    connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_something_else_listens(github: StandIn, unreadable: int, scheme: str) -> None:
    text = told(opened(github, api=f"{scheme}://127.0.0.1:{unreadable}"))
    assert "cannot be reached" in text
    assert len(text.splitlines()) == 2


@pytest.fixture
def private(tmp_path: Path) -> Iterator[str]:
    """An address of TLS whose certificate a private authority has signed: `authority.pem`. It answers 501 to all."""
    made = make_certificates()
    (tmp_path / "authority.pem").write_text(made.authority)
    (tmp_path / "both.pem").write_text(made.key + made.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_is_verified(
    github: StandIn, private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against the machine's authorities, or those of SSL_CERT_FILE, as every program with OpenSSL does."""
    text = told(opened(github, api=private))
    assert "shows a certificate that cannot be verified: self-signed certificate in certificate chain" in text
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert "answers with an error of its own (501)" in told(opened(github, api=private))


def test_a_proxy_is_asked_to_connect_and_is_not_given_the_token(
    github: StandIn, unreadable: int, heard: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unreadable}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "inside.example.com")
    assert "cannot be reached" in told(opened(github, api="https://forge.example.com"))
    assert heard[0].startswith(b"CONNECT forge.example.com:443 HTTP/1")
    assert TOKEN.encode() not in b"".join(heard)
    heard.clear()
    assert post(opened(github), NOTE).outcome is Outcome.CREATED  # loopback needs no proxy
    assert "cannot be reached" in told(opened(github, api="https://inside.example.com"))
    assert heard == []


@pytest.mark.parametrize(
    "api",
    ["http://forge.example.com/api", "ftp://forge.example.com", "forge.example.com", "https://", "https://a:b@c", ""],
)
def test_an_address_that_would_give_the_token_away_is_refused(api: str) -> None:
    with pytest.raises(BadInput, match="--api"):
        Http(api, TOKEN, {})
