"""What we ask of GitHub, GitLab, Gitea and Bitbucket is what their publishers say that one may ask.

These are contract tests: a server on loopback stands in for the forge, and every request and every answer is held
against the published description (`schemas/`). None of them is the real forge: Gitea alone is tested for real, in
tests/e2e.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.forge.conftest import TOKEN, opened
from tests.forge.stand_in import HEAD, ME, STRANGER, Fault, Said, StandIn

from bayplan.forge.forge import Author, State, Status
from bayplan.forge.marker import Marker, written
from bayplan.forge.post import Note, Outcome, announce, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from bayplan.forge.forge import Forge

OLD = "badcafe" + "0" * 33
STATES = {
    "github": ("pending", "success", "failure"),
    "gitea": ("pending", "success", "failure"),
    "gitlab": ("pending", "success", "failed"),
    "bitbucket": ("INPROGRESS", "SUCCESSFUL", "FAILED"),
    "bitbucket-server": ("INPROGRESS", "SUCCESSFUL", "FAILED"),
}


def note(body: str = "## Safe\n", commit: str = HEAD, key: str = "review") -> Note:
    return Note(key=key, commit=commit, body=body)


def ours(forge: Forge, body: str, commit: str = HEAD, *, is_superseded: bool = False) -> str:
    """A comment as we write it."""
    return written(forge, Marker(key="review", commit=commit, is_superseded=is_superseded), body)


def test_created_then_left_alone_then_edited_in_place(there: StandIn, forge: Forge) -> None:
    made = post(forge, note())
    assert (made.outcome, len(there.texts())) == (Outcome.CREATED, 1)
    assert made.url
    changes = there.count()
    assert post(forge, note()).outcome is Outcome.SAME
    assert there.count() == changes
    assert post(forge, note("## Breaks something\n")).outcome is Outcome.EDITED
    (text,) = there.texts()
    assert "Breaks something" in text
    assert "Safe" not in text


def test_ends_of_lines_that_a_forge_has_changed_are_no_change(there: StandIn, forge: Forge) -> None:
    post(forge, note("## Safe\n\n- one\n- two\n"))
    there.comments[0].text = there.comments[0].text.replace("\n", "\r\n").rstrip() + "  "
    changes = there.count()
    assert post(forge, note("## Safe\n\n- one\n- two\n")).outcome is Outcome.SAME
    assert there.count() == changes


def test_our_comment_is_found_on_any_page(there: StandIn, forge: Forge) -> None:
    for number in range(150):
        there.say(STRANGER, f"Comment {number}")
    mine = there.say(ME, ours(forge, "## Safe\n"))
    for number in range(150):
        there.say(ME if number % 2 else STRANGER, f"More {number}")
    assert post(forge, note("## Breaks something\n")).outcome is Outcome.EDITED
    assert "Breaks something" in mine.text
    assert len(there.comments) == 301


def test_a_strangers_copy_of_our_line_is_left_alone(there: StandIn, forge: Forge) -> None:
    forged = there.say(STRANGER, ours(forge, "## Safe\n"))
    before = forged.text
    assert post(forge, note("## Breaks something\n")).outcome is Outcome.CREATED
    assert (forged.text, forged.is_deleted, len(there.texts())) == (before, False, 2)


def test_our_line_counts_on_the_first_line_only(there: StandIn, forge: Forge) -> None:
    there.say(ME, "A word about something else.\n\n" + ours(forge, "## Safe\n"))
    assert post(forge, note()).outcome is Outcome.CREATED
    assert len(there.texts()) == 2


def test_a_late_review_does_not_overwrite_the_one_of_the_newest_commit(there: StandIn, forge: Forge) -> None:
    newest = there.say(ME, ours(forge, "## The newest\n"))
    told = post(forge, note("## Late\n", OLD))
    assert told.outcome is Outcome.LATE
    assert newest.text == ours(forge, "## The newest\n")
    assert there.count() == 0


def test_a_late_review_that_is_the_first_says_that_it_is_late(there: StandIn, forge: Forge) -> None:
    assert post(forge, note("## Late\n", OLD)).outcome is Outcome.CREATED
    assert f"**Superseded.** This is about commit `{OLD[:12]}`" in there.texts()[0]
    assert post(forge, note("## New\n")).outcome is Outcome.EDITED
    assert "Superseded" not in there.texts()[0]


def test_a_review_that_has_begun_supersedes_the_older_one(there: StandIn, forge: Forge) -> None:
    assert announce(forge, "review", HEAD).outcome is Outcome.NONE
    there.say(ME, ours(forge, "## Old\n", OLD))
    assert announce(forge, "review", HEAD).outcome is Outcome.EDITED
    assert there.texts() == [ours(forge, "## Old\n", OLD, is_superseded=True)]
    assert announce(forge, "review", HEAD).outcome is Outcome.SAME


def test_a_beginning_that_comes_late_supersedes_nothing(there: StandIn, forge: Forge) -> None:
    there.say(ME, ours(forge, "## The newest\n"))
    assert announce(forge, "review", OLD).outcome is Outcome.LATE
    assert there.texts() == [ours(forge, "## The newest\n")]


def test_of_several_of_our_own_one_stays(there: StandIn, forge: Forge) -> None:
    for body, commit in (("## A\n", OLD), ("## B\n", HEAD), ("## C\n", OLD)):
        there.say(ME, ours(forge, body, commit))
    assert post(forge, note("## New\n")).outcome is Outcome.EDITED
    assert [one.is_deleted for one in there.comments] == [True, False, True]
    assert "## New" in there.comments[1].text


def test_who_writes_at_the_same_time_is_not_doubled(there: StandIn, forge: Forge) -> None:
    """Another process has written its comment after we had looked, and before we wrote ours."""
    there.on_list = [Said(id=1, author=ME, text=ours(forge, "## Of the other\n"))]
    assert post(forge, note()).outcome is Outcome.CREATED
    assert len(there.texts()) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_who_pushes_while_it_is_written_is_noticed(there: StandIn, forge: Forge, is_first: bool) -> None:
    if not is_first:
        there.say(ME, ours(forge, "## Old\n", OLD))
    there.push_on_write = "f00d" * 10
    assert post(forge, note()).head.startswith("f00d")
    assert there.texts() == [ours(forge, "## Safe\n", is_superseded=True)]


def test_one_that_is_gone_already_is_no_error(there: StandIn, forge: Forge) -> None:
    there.say(ME, ours(forge, "## A\n"))
    there.say(ME, ours(forge, "## B\n"))
    there.faults = [Fault(status=404, only="DELETE")]
    assert post(forge, note()).outcome is Outcome.EDITED


@pytest.mark.parametrize(("state", "position"), [(State.PENDING, 0), (State.SUCCESS, 1), (State.FAILURE, 2)])
def test_statuses_in_the_words_of_each(there: StandIn, forge: Forge, state: State, position: int) -> None:
    forge.set_status(HEAD, Status(state=state, says="Two objects change"))
    forge.set_status(HEAD, Status(state=state, says="Two objects change", url="https://ci.example.com/1"))
    assert there.statuses == [(HEAD, STATES[there.forge][position], "Two objects change")] * 2
    bodies = [one.body for one in there.asked if one.method == "POST"]
    assert all("bayplan/review" in one.values() for one in bodies)
    assert "https://ci.example.com/1" in bodies[1].values()


def test_a_comment_fits_into_what_a_forge_takes(there: StandIn, forge: Forge) -> None:
    body = "<details><summary>Long</summary>\n\n" + "- a line \U0001f600 of many\n" * 80_000 + "\n</details>\n"
    post(forge, note(body))
    (text,) = there.texts()
    assert forge.most_chars - 200 < len(text.encode("utf-16-le")) // 2 <= forge.most_chars
    assert text.count("<details>") == text.count("</details>")
    assert "More does not fit here" in text


def test_the_token_is_in_one_header_and_nowhere_else(there: StandIn, forge: Forge) -> None:
    post(forge, note())
    for one in there.asked:
        header = "private-token" if there.forge == "gitlab" else "authorization"
        assert [name for name, value in one.headers.items() if TOKEN in value] == [header]
        assert TOKEN not in one.path + one.query + str(one.body)


@pytest.mark.parametrize("kind", ["github", "gitea", "bitbucket"])
def test_a_token_that_may_not_ask_who_it_is_learns_it(start: Callable[[str], StandIn], kind: str) -> None:
    """That of an app or of a repository: the old comment is found by the author of the new one."""
    there = start(kind)
    there.faults = [Fault(status=403, within="/user", times=99), Fault(status=401, within="/graphql", times=99)]
    forge = opened(there)
    there.say(STRANGER, ours(forge, "## Of a stranger\n"))
    assert post(forge, note("## Old\n")).outcome is Outcome.CREATED
    assert post(forge, note("## New\n")).outcome is Outcome.CREATED
    assert [text.split("## ")[1].strip() for text in there.texts()] == ["Of a stranger", "New"]
    me = Author(id="{account-7}") if kind == "bitbucket" else Author(id="", name="account-7")
    assert post(forge, note("## Newest\n"), me).outcome is Outcome.EDITED


def test_the_token_of_github_actions_is_known_by_graphql(start: Callable[[str], StandIn]) -> None:
    there = start("github")
    viewer = b'{"data": {"viewer": {"login": "github-actions[bot]", "databaseId": 7}}}'
    there.faults = [Fault(status=403, within="/user"), Fault(status=200, body=viewer, within="/graphql")]
    forge = opened(there)
    there.say(ME, ours(forge, "## Old\n"))
    assert post(forge, note("## New\n")).outcome is Outcome.EDITED
