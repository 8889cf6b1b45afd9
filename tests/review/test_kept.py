"""What is kept between runs changes no review, and nobody but whoever runs bayplan can bring it along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.review.checkout import Checkout, settings

from bayplan.manifests import both, kept
from bayplan.review import judged

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: chat}
spec: {selector: {app: gone}, ports: [{port: 80}]}
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A repository with a finding, and a folder for what is kept, however little it is."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(both, "WORTH_KEEPING", 1)
    monkeypatch.setattr(judged, "WORTH_KEEPING", 1)
    made = Checkout.new(tmp_path / "repository")
    made.write("dist/web.yaml", SERVICE)
    made.write("dist/broken.yaml", "a: [")
    made.commit("second")
    made.write("dist/one.yaml", settings("one", "bye"))
    return made


def files(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "kept").rglob("*") if path.is_file())


def test_the_second_review_is_the_first(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = checkout.review("HEAD")
    assert [path.parent.name for path in files(tmp_path)] == ["documents", "judged"]
    assert checkout.review("HEAD") == first
    assert checkout.review("HEAD~1") != first
    monkeypatch.setenv(kept.VARIABLE, "")
    assert checkout.review("HEAD") == first
    assert {one.state.value for one in first.findings} == {"still"}


def test_another_change_finds_what_was_kept_of_the_base(checkout: Checkout, tmp_path: Path) -> None:
    checkout.review("HEAD")
    before = files(tmp_path)
    (checkout.root / "dist/web.yaml").unlink()
    states = {one.rule: one.state.value for one in checkout.review("HEAD").findings}
    assert states["NET001"] == "fixed"
    assert files(tmp_path) == before
    checkout.commit("third")
    assert not [one for one in checkout.review("HEAD").findings if one.rule == "NET001"]


def test_what_is_not_whole_or_not_ours_is_not_believed(checkout: Checkout, tmp_path: Path) -> None:
    first = checkout.review("HEAD")
    for path in files(tmp_path):
        path.write_bytes(path.read_bytes()[:-1])
    assert checkout.review("HEAD") == first
    for path in files(tmp_path):
        path.write_bytes(b"")
    assert checkout.review("HEAD") == first
    for path in files(tmp_path):
        path.chmod(0o666)
    assert kept.look_up("documents", f"{checkout.root}\0dist") is None
    assert checkout.review("HEAD") == first


def test_nothing_is_kept_in_ci_or_where_nobody_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    assert kept.place() == tmp_path / "bayplan"
    monkeypatch.setenv("CI", "true")
    assert kept.place() is None
    monkeypatch.delenv("CI")
    monkeypatch.setenv("XDG_CACHE_HOME", ".cache")  # a repository could bring it along
    assert kept.place() is None


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path))
    for number in range(kept.MOST_FILES + 5):
        kept.keep("numbers", str(number), number)
    assert len(list((tmp_path / "numbers").iterdir())) == kept.MOST_FILES
    assert kept.look_up("numbers", str(kept.MOST_FILES + 4)) == kept.MOST_FILES + 4
    assert kept.look_up("numbers", "unasked") is None
