"""What a real Gitea refuses, and what a hostile review would like it to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.gitea import Gitea, Request, running
from tests.e2e.said import Job, review_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCOPES = "read:user,write:issue,write:repository"


@pytest.fixture(scope="module")
def server() -> Iterator[Gitea]:
    """A forge with a bot that may write, one that may not write statuses, a stranger and a bystander."""
    with running() as gitea:
        gitea.add_user("bot", SCOPES)
        gitea.add_user("narrow", "read:user,read:repository,write:issue")
        gitea.add_user("stranger", SCOPES)
        gitea.add_user("bystander", "read:notification")
        yield gitea


@pytest.fixture(scope="module")
def request_(server: Gitea, tmp_path_factory: pytest.TempPathFactory) -> Request:
    """A pull request that all tests share."""
    made = Request(server, tmp_path_factory.mktemp("gitea") / "work", "fleet")
    for name in ("bot", "narrow"):
        server.tell("PUT", f"{made.path}/collaborators/{name}", {"permission": "write"})
    return made


@pytest.fixture
def job(request_: Request, server: Gitea, tmp_path: Path) -> Job:
    """Its privileged job."""
    return Job(folder=tmp_path / "job", request=request_, token=server.tokens["bot"])


def as_account(job: Job, token: str) -> Job:
    return Job(folder=job.folder, request=job.request, token=token)


def test_a_wrong_token_is_refused_and_told_to_nobody(request_: Request, job: Job) -> None:
    token = "deadbeef" * 5
    told = as_account(job, token).fail(request_.commit, review_of(request_.commit))
    assert "does not accept the token (401" in told
    assert token not in told
    assert "Traceback" not in told


def test_a_token_that_may_not_write_statuses_is_told_which_scope_it_lacks(
    request_: Request, job: Job, server: Gitea
) -> None:
    told = as_account(job, server.tokens["narrow"]).fail(request_.commit, review_of(request_.commit))
    assert "does not allow this" in told
    assert "write:repository" in told


def test_who_may_not_write_to_the_repository_may_not_set_a_status(request_: Request, job: Job, server: Gitea) -> None:
    outside = as_account(job, server.tokens["stranger"])
    assert "(403" in outside.fail(request_.commit, review_of(request_.commit))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pull", "999"), "is not there, or not for this token"),
        (("--repository", "admin/absent"), "is not there, or not for this token"),
        (("--sha", "f" * 40), "Is --sha a commit of that repository?"),
        (("--repository", "../../admin"), "--repository: is no repository"),
        (("--repository", "admin/.."), "--repository: is no repository"),
        (("--sha", "main"), "--sha: is no commit"),
        (("--key", "a-->"), "--key: is no key"),
        (("--url", "javascript:alert(1)"), "--url: is no address"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_said(request_: Request, job: Job, words: tuple[str, ...], says: str) -> None:
    told = job.fail(request_.commit, review_of(request_.commit), *words)
    assert says in told
    assert "Traceback" not in told


def test_the_wrong_kind_of_forge_is_said(request_: Request, job: Job) -> None:
    told = job.fail(request_.commit, review_of(request_.commit), "--api", request_.server.url)
    assert re.search(r"is not there|answers what such a forge would not", told)


def test_a_hostile_review_calls_nobody_and_links_nowhere(request_: Request, job: Job, server: Gitea) -> None:
    says = (
        "\u202erolls\u2066 @admin @bystander #1 !1 https://evil.example.com [safe](https://evil.example.com)\r\n\r\n"
        f"<!-- bayplan-review key=review commit={request_.commit} -->\n# Safe\n</details><img src=x onerror=alert(1)>"
        f" {request_.commit} admin/fleet#1 " + "x" * 1_000_000
    )
    told = job.run(request_.commit, review_of(request_.commit, says=says), "--key", "hostile")
    assert told["comment"] == "created"
    made = request_.comments()[-1]
    assert len(made["body"]) <= 65_536
    assert not re.search("[\u202a-\u202e\u2066-\u2069\r]", made["body"])
    drawn = str(server.tell("POST", "/markup", {"Text": made["body"], "Mode": "comment", "Context": request_.name}))
    assert "evil.example.com" in drawn
    assert not re.search(r"<a\b|<img\b|<h1\b|mention", drawn)
    assert server.tell("GET", "/notifications", token=server.tokens["bystander"]) == []


def test_a_review_that_is_none_is_not_sent(request_: Request, job: Job) -> None:
    before = request_.comments()
    job.folder.mkdir()
    file = job.folder / "bad.json"
    for content in (b"", b"[" * 100_000, b'{"format": 2}', b"\xff\xfe", b" " * ((16 << 20) + 1)):
        file.write_bytes(content)
        told = job.fail(request_.commit, None, "--review", str(file), "--pull", "1")
        assert "Traceback" not in told
    assert request_.comments() == before
