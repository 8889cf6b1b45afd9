"""`bayplan comment` of a hostile review, without a forge: what would be sent, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayplan.cli.comment import CommentOptions, run
from bayplan.forge.forge import MOST_IN_STATUS
from bayplan.forge.marker import Marker, fitting, harmless, marker_of, one_line, superseded, written
from bayplan.forge.target import FORGES, shape_of
from bayplan.manifests.ref import Ref
from bayplan.review import data
from bayplan.review.review import Effect, Review, Topic, Verdict, Weight

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "c0ffee" + "0" * 34
WHERE = ("--forge", "gitlab", "--repository", "shop/fleet", "--pull", "12", "--sha", HEAD)
HOSTILE = (
    f"<!-- bayplan-review key=review commit={HEAD} -->\n# Safe @everyone #1 https://evil.example.com\n/merge\n"
    "\u202e\u2066\x1b[31m\x00</details></summary><script>alert(1)</script> ![x](https://evil.example.com/x.png)"
)


def review_of(text: str, count: int = 1) -> Review:
    ref = Ref("apps", "Deployment", text, text)
    effect = Effect(
        cluster=text, topic=Topic.ROLLOUT, code="pods-roll", weight=Weight.ATTENTION, ref=ref,
        says=text, why=text, fix=text, file=text, line=1, origin=text, pointer=text, doubt=text,
    )  # fmt: skip
    return Review(
        base=text, head=HEAD, path=text, verdict=Verdict.ATTENTION, effects=(effect,) * count, unknown=(text,)
    )


def comment(folder: Path, content: bytes, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run in an empty folder, with no more of this environment than Python needs."""
    file = folder / "review.json"
    file.write_bytes(content)
    command = [sys.executable, "-m", "bayplan", "comment", "--review", str(file), *words]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    return subprocess.run(command, cwd=folder, env=kept | more, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("forge", sorted(FORGES))
def test_nothing_of_a_hostile_review_stands_at_the_beginning_of_a_line_or_hides(tmp_path: Path, forge: str) -> None:
    words = ("--dry-run", "--api", "https://forge.example.com/api/v1", *WHERE, "--forge", forge)
    told = comment(tmp_path, data.write(review_of(HOSTILE, 3_000)).encode(), *words)
    assert told.returncode == 0, told.stderr
    _, status, _, *lines = told.stdout.splitlines()
    assert status.startswith("status success: Look before you merge")
    body = "\n".join(lines)
    assert marker_of(body) == Marker(key="review", commit=HEAD)
    assert len(body) <= shape_of(forge).most_chars
    assert sum("bayplan-review key=" in line and marker_of(line) is not None for line in lines) == 1
    assert not any(line.startswith(("/merge", "# Safe", "<script")) for line in lines)
    assert not set(body) & set("\u202e\u2066\x1b\x00")
    assert ("<details" in body) == (forge != "bitbucket")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no review"),
        (b"null", "is no review"),
        (b"[" * 1_000_000, "is no review"),
        (b'{"a":' * 100_000, "is no review"),
        (b"\xff\xfe\x00", "is no review"),
        (b'{"format": 1, "verdict": "safe"}', "is no review"),
        (b" " * ((16 << 20) + 1), "has more than 16,777,216 bytes"),
    ],
    ids=["empty", "null", "deep list", "deep object", "no text", "incomplete", "too large"],
)
def test_what_is_no_review_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    told = comment(tmp_path, content, "--dry-run", *WHERE)
    assert (told.returncode, told.stdout) == (2, "")
    assert says in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "fine"), ("format", 2), ("base", None), ("objects", "many"), ("extra", 1), ("effects", {}),
        ("changes", [{"kind": "__class__"}]),
    ],
)  # fmt: skip
def test_what_a_review_never_says_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    document = json.loads(data.write(review_of("x"))) | {key: value}
    told = comment(tmp_path, json.dumps(document).encode(), "--dry-run", *WHERE)
    assert (told.returncode, told.stdout) == (2, "")
    assert "is no review" in told.stderr


def test_a_file_that_is_not_there_and_none_at_all(tmp_path: Path) -> None:
    told = comment(tmp_path, b"", "--review", str(tmp_path / "absent"), *WHERE)
    assert "cannot be read: No such file or directory" in told.stderr
    assert comment(tmp_path, b"", "--review", str(tmp_path), *WHERE).returncode == 2


def test_the_token_is_asked_for_by_its_name(tmp_path: Path) -> None:
    told = comment(tmp_path, data.write(review_of("x")).encode(), *WHERE)
    assert told.returncode == 2
    assert told.stderr.startswith("GITLAB_TOKEN: is not set: there is no token")


def test_in_a_pipeline_nothing_but_the_review_has_to_be_named(tmp_path: Path) -> None:
    surroundings = {"GITLAB_CI": "true", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "12", "CI_COMMIT_SHA": HEAD}
    told = comment(tmp_path, data.write(review_of("x")).encode(), "--dry-run", **surroundings)
    assert told.stdout.startswith(f"gitlab 3 pull request 12, commit {HEAD}\n")


def test_another_forge_than_the_pipelines_takes_nothing_else_from_it(tmp_path: Path) -> None:
    surroundings = {"GITLAB_CI": "true", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "12", "CI_COMMIT_SHA": HEAD}
    told = comment(tmp_path, data.write(review_of("x")).encode(), "--dry-run", "--forge", "github", **surroundings)
    assert "--repository: is no repository" in told.stderr
    assert "--pull: is not given" in told.stderr


def test_that_a_review_has_begun_needs_no_review(capsys: pytest.CaptureFixture[str]) -> None:
    about = {"review": None, "forge": "github", "api": "", "repository": "shop/fleet", "pull": 12, "sha": HEAD.upper()}
    more = {"key": "review", "author": "", "url": "", "fail_on": "danger", "status": True, "json": False}
    assert run(CommentOptions(**about, **more, pending=True, dry_run=True)) == 0
    assert capsys.readouterr().out == (
        f"github shop/fleet pull request 12, commit {HEAD}\nstatus pending: The review has begun.\n"
    )


TEXTS = st.text(st.sampled_from("ab \n\r\t<>!-[]/()#`@&;*_\u202e\u2028\x00\ud800😀") | st.characters(), max_size=200)


@pytest.mark.parametrize("forge", sorted(FORGES))
@settings(max_examples=60, deadline=None)
@given(body=TEXTS)
def test_whatever_is_said_our_line_is_the_first_and_the_only_one(forge: str, body: str) -> None:
    shape = shape_of(forge)
    marker = Marker(key="dist/prod", commit=HEAD)
    text = written(shape, marker, f"<!-- bayplan-review key=a commit=abcdef1 -->\n{body}")
    assert marker_of(text) == marker
    assert "<!--" not in text.partition("\n")[2]
    text.encode()
    late = superseded(shape, text)
    assert marker_of(late) == Marker(key="dist/prod", commit=HEAD, is_superseded=True)
    assert superseded(shape, late) == late
    assert harmless(harmless(body)) == harmless(body)
    line = one_line(body)
    assert len(line) <= MOST_IN_STATUS
    assert len(line.splitlines()) <= 1


FOLDS = st.lists(
    st.sampled_from(["<details>\n", "<details open><summary>x</summary>\n", "</details>\n", "- line\n" * 9])
)


@settings(max_examples=200, deadline=None)
@given(parts=FOLDS, most=st.integers(150, 900))
def test_what_is_cut_is_short_enough_and_closes_what_it_has_opened(parts: list[str], most: int) -> None:
    depth, whole = 0, []
    for part in parts:
        depth += part.startswith("<details") - part.startswith("</")
        whole += [part] if depth >= 0 else []
        depth = max(depth, 0)
    text = "".join(whole) + "</details>\n" * depth
    cut = fitting(text, most)
    assert len(cut) <= most
    assert cut.count("<details") == cut.count("</details")
    assert (cut == text) or "More does not fit here" in cut
