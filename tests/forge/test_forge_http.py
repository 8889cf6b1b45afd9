"""What goes wrong between us and a forge: told for people, tried again where that helps, never with the token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.forge.conftest import NOTE, TOKEN, opened, told
from tests.forge.stand_in import HEAD, ME, Fault, StandIn

from bayplan.complaint import BadInput
from bayplan.forge.forge import State, Status
from bayplan.forge.post import Note, Outcome, post
from bayplan.forge.target import Target, open_forge

if TYPE_CHECKING:
    from collections.abc import Callable

    from bayplan.forge.forge import Forge

pytestmark = pytest.mark.usefixtures("waits")
AT_ONCE = {"Retry-After": "0"}


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


@pytest.mark.parametrize(
    ("state", "says", "is_well"),
    [
        (State.PENDING, "Cannot transition status via :enqueue from :pending (Reason(s): ...)", True),
        (State.SUCCESS, "Cannot transition status via :success from :success (Reason(s): ...)", True),
        (State.SUCCESS, "Cannot transition status via :success from :failed (Reason(s): ...)", False),
        (State.FAILURE, "Cannot transition status via :drop from :success (Reason(s): ...)", False),
        (State.SUCCESS, "400 Bad request - state", False),
    ],
)
def test_gitlab_may_refuse_a_status_only_if_it_is_so_already(
    start: Callable[[str], StandIn],
    state: State,
    says: str,
    is_well: bool,
) -> None:
    there = start("gitlab")
    there.faults = [Fault(status=400, body=json.dumps({"message": says}).encode(), within="/statuses/")]
    status = Status(state=state, says="The review has begun.")
    if is_well:
        opened(there).set_status(HEAD, status)
        return
    with pytest.raises(BadInput, match="does not take it"):
        opened(there).set_status(HEAD, status)


def test_what_somebody_has_edited_meanwhile_is_not_overwritten(start: Callable[[str], StandIn]) -> None:
    there = start("bitbucket-server")
    post(opened(there), NOTE)
    says = b'{"errors": [{"message": "out-of-date data"}]}'
    there.faults = [Fault(status=409, body=says, only="PUT")]
    with pytest.raises(BadInput, match=r"changed by somebody else at the same time \(409: out-of-date data\)"):
        post(opened(there), Note(key="review", commit=HEAD, body="## Other\n"))


def test_a_second_comment_that_was_answered_stays(start: Callable[[str], StandIn]) -> None:
    there = start("bitbucket-server")
    post(opened(there), NOTE)
    there.say(ME, there.texts()[0])
    there.faults = [Fault(status=409, only="DELETE")]
    assert post(opened(there), Note(key="review", commit=HEAD, body="## Other\n")).outcome is Outcome.EDITED


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


@pytest.mark.parametrize(
    ("token", "says"),
    [("", "is not set"), ("  \n", "is not set"), ("a b", "is no token"), ("a\nb", "no token"), ("é", "no token")],
)
def test_what_is_no_token_is_refused_without_being_shown(token: str, says: str) -> None:
    target = Target(forge="github", repository="shop/fleet", pull=1, commit=HEAD)
    with pytest.raises(BadInput, match=says) as caught:
        open_forge(target, {"GITHUB_TOKEN": token})
    assert str(caught.value).startswith("GITHUB_TOKEN:")
