"""What goes wrong between us and a forge: told for people, tried again where that helps, never with the token."""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from tests.forge.conftest import TOKEN, opened
from tests.forge.stand_in import HEAD, Fault, StandIn

from bayplan.complaint import BadInput
from bayplan.forge.forge import State, Status
from bayplan.forge.http import Http
from bayplan.forge.post import Note, Outcome, post
from bayplan.forge.target import Target, open_forge
from bayplan.lab.certificate import make_certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bayplan.forge.forge import Forge

NOTE = Note(key="review", commit=HEAD, body="## Safe\n")
AT_ONCE = {"Retry-After": "0"}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited before each new try; nobody really waits."""
    found: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", found.append)
    return found


@pytest.fixture
def github(start: Callable[[str], StandIn]) -> StandIn:
    return start("github")


def told(forge: Forge) -> str:
    """What a person is told when it cannot be done."""
    with pytest.raises(BadInput) as caught:
        post(forge, NOTE)
    assert TOKEN not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("status", "headers"), [(429, AT_ONCE), (503, AT_ONCE), (403, AT_ONCE), (502, {}), (500, {})])
def test_what_a_server_is_too_busy_for_is_asked_again(github: StandIn, status: int, headers: dict[str, str]) -> None:
    """Also what changes something: a comment that was made twice by that is found and taken away."""
    github.faults = [
        Fault(status=status, headers=headers, within="/pulls"),
        Fault(status=status, headers=headers, only="POST"),
    ]
    assert post(opened(github), NOTE).outcome is Outcome.CREATED
    assert len(github.texts()) == 1
    assert github.count("POST") == 2


def test_gitlab_is_asked_again_when_another_status_is_being_written(start: Callable[[str], StandIn]) -> None:
    there = start("gitlab")
    there.faults = [Fault(status=409, within="/statuses/")]
    opened(there).set_status(HEAD, Status(state=State.SUCCESS, says="Safe"))
    assert len(there.statuses) == 1


def test_gitlab_may_refuse_a_status_that_is_so_already(start: Callable[[str], StandIn]) -> None:
    there = start("gitlab")
    says = b'{"message": "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition)"}'
    there.faults = [Fault(status=400, body=says, within="/statuses/")]
    opened(there).set_status(HEAD, Status(state=State.PENDING, says="The review has begun."))
    there.faults = [Fault(status=400, body=b'{"message": "400 Bad request - state"}', within="/statuses/")]
    with pytest.raises(BadInput, match="does not take it"):
        opened(there).set_status(HEAD, Status(state=State.SUCCESS, says="Safe"))


def test_who_stays_too_busy_is_waited_for_longer_each_time_and_told_of(github: StandIn, waits: list[float]) -> None:
    github.faults = [Fault(status=503, times=99)]
    assert "answers with an error of its own (503)" in told(opened(github))
    assert len(github.asked) == 6
    assert waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_time_that_the_server_names_is_kept_within_reason(github: StandIn, waits: list[float], status: int) -> None:
    github.faults = [Fault(status=status, headers={"Retry-After": after}) for after in ("7", "86400")]
    post(opened(github), NOTE)
    assert waits == [7, 120]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "does not accept the token"),
        (403, "does not allow this, or was asked too often"),
        (404, "is not there, or not for this token"),
        (410, "is gone, or comments are locked"),
        (413, "finds the comment too long"),
        (418, "answers with an error of its own"),
        (422, "does not take it"),
    ],
)
def test_a_refusal_says_what_and_what_to_do(there: StandIn, forge: Forge, status: int, says: str) -> None:
    message = f'{{"message": "because \\u202e of \\u001b[31m {TOKEN} this"}}'.encode()
    there.faults = [Fault(status=status, body=message, only="POST", times=99)]
    text = told(forge)
    assert f"{says} ({status}: because of [31m *** this)" in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"id": "x"}', b"[" * 100_000, b"\xff", b"null"], ids=str)
def test_an_answer_of_something_else_is_said(there: StandIn, forge: Forge, body: bytes) -> None:
    there.faults = [Fault(status=200, body=body)]
    assert "answers what such a forge would not" in told(forge)


def test_a_redirect_is_not_followed(github: StandIn, start: Callable[[str], StandIn]) -> None:
    other = start("github")
    for status in (301, 302, 307, 308):
        github.faults = [Fault(status=status, headers={"Location": f"{other.api}/user"})]
        assert "answers with a redirect to 127.0.0.1" in told(opened(github))
    assert other.asked == []


def test_pages_are_asked_of_our_forge_whatever_host_an_answer_names(github: StandIn) -> None:
    for number in range(250):
        github.say(8, f"Comment {number}")
    post(opened(github), NOTE)
    assert [one.query for one in github.asked if one.path.endswith("/comments") and one.method == "GET"][:3] == [
        "per_page=100", "per_page=100&page=2", "per_page=100&page=3",
    ]  # fmt: skip


def test_a_forge_that_names_the_same_page_for_ever_is_left(github: StandIn) -> None:
    link = {"Link": '<https://elsewhere.example.com/?per_page=100>; rel="next"'}
    github.faults = [Fault(status=200, headers=link, body=b"[]", within="/comments", only="GET", times=999)]
    assert post(opened(github), NOTE).outcome is Outcome.CREATED


def test_nobody_listens(github: StandIn) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "cannot be reached" in told(opened(github, api=api))


@pytest.fixture
def unreadable() -> Iterator[int]:
    """A port that answers with what is no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
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


@pytest.mark.parametrize(
    "api",
    ["http://forge.example.com/api", "ftp://forge.example.com", "forge.example.com", "https://", "https://a:b@c", ""],
)
def test_an_address_that_would_give_the_token_away_is_refused(api: str) -> None:
    with pytest.raises(BadInput, match="--api"):
        Http(api, TOKEN, {})


@pytest.mark.parametrize(
    ("token", "says"),
    [("", "is not set"), ("  \n", "is not set"), ("a b", "is no token"), ("a\nb", "no token"), ("é", "no token")],
)
def test_what_is_no_token_is_refused_without_being_shown(token: str, says: str) -> None:
    target = Target(forge="github", repository="shop/fleet", pull=1, commit=HEAD)
    with pytest.raises(BadInput, match=says) as caught:
        open_forge(target, {"GITHUB_TOKEN": token})
    assert str(caught.value).startswith("GITHUB_TOKEN:")
