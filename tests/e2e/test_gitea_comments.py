"""Comments and statuses on a real Gitea: created, edited, superseded, never doubled, and never on a stranger's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.gitea import Gitea, Request, running
from tests.e2e.said import Job, review_of

from bayplan.review.review import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCOPES = "read:user,write:issue,write:repository"
"""The least that the README tells people to give."""


@pytest.fixture(scope="module")
def server() -> Iterator[Gitea]:
    """A forge with a bot and a person who means no good, who both may write to repositories, and an outsider."""
    with running() as gitea:
        gitea.add_user("bot", SCOPES)
        gitea.add_user("mallory", SCOPES)
        gitea.add_user("outsider", "all")
        yield gitea


@pytest.fixture
def request_(server: Gitea, tmp_path: Path, request: pytest.FixtureRequest) -> Request:
    """A pull request of a test's own."""
    made = Request(server, tmp_path / "work", request.node.name.replace("[", "-").rstrip("]")[:90])
    for name in ("bot", "mallory"):
        server.tell("PUT", f"{made.path}/collaborators/{name}", {"permission": "write"})
    return made


@pytest.fixture
def job(request_: Request, server: Gitea, tmp_path: Path) -> Job:
    """Its privileged job."""
    return Job(folder=tmp_path / "job", request=request_, token=server.tokens["bot"])


def test_a_comment_is_created_then_left_alone_then_edited_in_place(request_: Request, job: Job) -> None:
    commit = request_.commit
    first = job.run(commit, review_of(commit))
    assert (first["comment"], first["head"]) == ("created", commit)
    (made,) = request_.comments()
    assert made["user"]["login"] == "bot"
    assert made["html_url"] == first["url"]
    assert job.run(commit, review_of(commit))["comment"] == "unchanged"
    assert [one["updated_at"] for one in request_.comments()] == [made["updated_at"]]
    assert job.run(commit, review_of(commit, says="is deleted and made anew"))["comment"] == "edited"
    (edited,) = request_.comments()
    assert edited["id"] == made["id"]
    assert "is deleted and made anew" in edited["body"]
    assert "one pod at a time" not in edited["body"]


def test_the_hidden_line_is_seen_by_nobody(request_: Request, job: Job, server: Gitea) -> None:
    job.run(request_.commit, review_of(request_.commit))
    (made,) = request_.comments()
    body = {"Text": made["body"], "Mode": "comment", "Context": request_.name}
    drawn = str(server.tell("POST", "/markup", body))
    assert made["body"].startswith("<!-- bayplan-review key=review commit=")
    assert "bayplan-review" not in drawn
    assert "rolls, one pod at a time" in drawn


def test_a_line_like_ours_under_a_strangers_name_is_nothing_to_us(request_: Request, job: Job, server: Gitea) -> None:
    commit = request_.commit
    forged = f"<!-- bayplan-review key=review commit={commit} -->\n\n## Safe\n"
    said = server.tell(
        "POST", f"{request_.path}/issues/{request_.number}/comments", {"body": forged}, token=server.tokens["mallory"]
    )
    assert job.run(commit, review_of(commit))["comment"] == "created"
    assert job.run(commit, review_of(commit, says="is deleted"))["comment"] == "edited"
    stranger, ours = request_.comments()
    assert (stranger["id"], stranger["body"], stranger["user"]["login"]) == (said["id"], forged, "mallory")
    assert "is deleted" in ours["body"]


def test_a_review_that_comes_late_overwrites_nothing(request_: Request, job: Job) -> None:
    old = request_.commit
    assert job.run(old, review_of(old, says="is the first"))["comment"] == "created"
    new = request_.change("change", "More", {"dist/prod/more.yaml": "{}\n"})
    again = job.run(old, review_of(old, says="is the first, again"))
    assert (again["comment"], again["head"]) == ("edited", new)
    (one,) = request_.comments()
    assert f"**Superseded.** This is about commit `{old[:12]}`" in one["body"]
    assert job.run(new, review_of(new, says="is the second"))["comment"] == "edited"
    late = job.run(old, review_of(old, says="is late"))
    assert (late["comment"], late["head"]) == ("superseded", new)
    (one,) = request_.comments()
    assert "is the second" in one["body"]
    assert "Superseded" not in one["body"]


def test_of_two_that_are_late_the_first_stays_and_says_that_it_is_late(request_: Request, job: Job) -> None:
    first = request_.commit
    job.run(first, review_of(first, says="is the first"))
    second = request_.change("change", "Second", {"dist/prod/second.yaml": "{}\n"})
    request_.change("change", "Third", {"dist/prod/third.yaml": "{}\n"})
    assert job.run(second, review_of(second, says="is the second"))["comment"] == "superseded"
    (one,) = request_.comments()
    assert "is the first" in one["body"]
    assert one["body"].count("**Superseded.**") == 1


def test_a_review_that_has_begun_supersedes_the_one_before(request_: Request, job: Job) -> None:
    old = request_.commit
    assert job.run(old, None)["comment"] == "none"
    job.run(old, review_of(old))
    assert job.run(old, None)["comment"] == "unchanged"
    new = request_.change("change", "More", {"dist/prod/more.yaml": "{}\n"})
    assert job.run(new, None)["comment"] == "edited"
    assert "**Superseded.**" in request_.comments()[0]["body"]
    assert request_.statuses(new) == [("bayplan/review", "pending", "The review has begun.")]
    assert job.run(new, review_of(new))["comment"] == "edited"
    assert "**Superseded.**" not in request_.comments()[0]["body"]


def test_statuses_say_what_the_review_says(request_: Request, job: Job) -> None:
    commit = request_.commit
    job.run(commit, review_of(commit, Verdict.DANGER), "--url", "https://ci.example.com/run/1")
    assert request_.statuses(commit) == [("bayplan/review", "failure", "Breaks something: 1 object changes")]
    job.run(commit, review_of(commit, Verdict.DANGER), "--fail-on", "blocked")
    assert request_.statuses(commit) == [("bayplan/review", "success", "Breaks something: 1 object changes")]
    job.run(commit, review_of(commit, Verdict.BLOCKED), "--no-status")
    assert request_.statuses(commit)[0][1] == "success"


def test_two_jobs_at_once_leave_one_comment(request_: Request, job: Job) -> None:
    commit = request_.commit
    jobs = [job.start(commit, review_of(commit)) for _ in range(3)]
    assert [one.communicate(timeout=120)[1] for one in jobs] == ["", "", ""]
    assert [one.returncode for one in jobs] == [0, 0, 0]
    assert len(request_.comments()) == 1


def test_a_second_comment_of_our_own_is_taken_away(request_: Request, job: Job, server: Gitea) -> None:
    commit = request_.commit
    job.run(commit, review_of(commit))
    (made,) = request_.comments()
    for body in (made["body"], "A word of the bot about something else.", made["body"].replace("key=review", "key=b")):
        server.tell(
            "POST", f"{request_.path}/issues/{request_.number}/comments", {"body": body}, token=server.tokens["bot"]
        )
    job.run(commit, review_of(commit, says="is deleted"))
    bodies = [one["body"] for one in request_.comments()]
    assert [("is deleted" in body, "something else" in body, "key=b" in body) for body in bodies] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip


def test_several_reviews_of_one_pull_request_have_a_comment_each(request_: Request, job: Job) -> None:
    commit = request_.commit
    for key in ("dist/prod", "dist/lab"):
        assert job.run(commit, review_of(commit), "--key", key)["comment"] == "created"
    assert job.run(commit, review_of(commit), "--key", "dist/lab")["comment"] == "unchanged"
    assert len(request_.comments()) == 2


def test_our_comment_is_found_among_many(request_: Request, job: Job, server: Gitea) -> None:
    commit = request_.commit
    for number in range(30):
        server.tell("POST", f"{request_.path}/issues/{request_.number}/comments", {"body": f"Before {number}"})
    job.run(commit, review_of(commit))
    for number in range(40):
        server.tell("POST", f"{request_.path}/issues/{request_.number}/comments", {"body": f"After {number}"})
    assert job.run(commit, review_of(commit, says="is deleted"))["comment"] == "edited"
    assert len(request_.comments()) == 71


def test_the_pull_request_of_a_fork(request_: Request, job: Job) -> None:
    """Its commit is on no branch of the repository; comment and status are put there all the same."""
    request_.fork("outsider", "From outside", {"dist/prod/theirs.yaml": "{}\n"})
    commit = request_.commit
    assert job.run(commit, None)["comment"] == "none"
    assert request_.statuses(commit)[0][1] == "pending"
    told = job.run(commit, review_of(commit, Verdict.DANGER))
    assert (told["comment"], told["head"], told["status"]) == ("created", commit, "failure")
    assert request_.statuses(commit)[0][1] == "failure"
