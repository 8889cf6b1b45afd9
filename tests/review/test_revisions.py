"""Which two trees are compared: commits, branches, the working tree; and the checkout stays as it is."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.review.checkout import NAMESPACE, Checkout, settings

from bayplan.complaint import BadInput
from bayplan.review.review import Verdict

if TYPE_CHECKING:
    from pathlib import Path

ONE = ["modified one one.yaml"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.new(tmp_path / "repository")


def test_the_working_tree_is_the_head_with_what_git_would_take(checkout: Checkout) -> None:
    checkout.write(".gitignore", "*.tmp.yaml\n")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.write("dist/new.yaml", settings("new"))
    checkout.write("dist/mine.tmp.yaml", settings("mine"))
    (checkout.root / "dist/two.yaml").unlink()
    assert checkout.changes("main") == ["added new new.yaml", "modified one one.yaml", "removed two two.yaml"]
    assert checkout.review("main").head == ""
    assert checkout.review("main").base == checkout.git("rev-parse", "main")


def test_what_is_staged_and_not_there_any_more_is_gone(checkout: Checkout) -> None:
    checkout.write("dist/new.yaml", settings("new"))
    checkout.git("add", "dist/new.yaml")
    (checkout.root / "dist/new.yaml").unlink()
    checkout.git("rm", "--quiet", "--cached", "dist/one.yaml")  # not in the index, and still there
    assert checkout.changes("main") == []
    assert checkout.review("main").verdict is Verdict.NOTHING


def test_a_folder_that_is_ignored_as_a_whole_is_read_where_it_is_asked_for(checkout: Checkout) -> None:
    checkout.git("rm", "-rq", "--cached", "dist")
    checkout.write(".gitignore", "dist/\n")
    checkout.commit("no dist any more")
    assert checkout.changes("HEAD~1") == []
    assert checkout.changes("HEAD") == ["added chat namespace.yaml", "added one one.yaml", "added two two.yaml"]


def test_the_checkout_is_not_touched(checkout: Checkout) -> None:
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.commit("second")
    checkout.write("dist/two.yaml", settings("two", "bye"))
    checkout.write("dist/app/kustomization.yaml", "namePrefix: x-\nresources: [web.yaml]\n")
    checkout.write("dist/app/web.yaml", settings("web"))
    before = checkout.print()
    for head in ("", "HEAD", "HEAD~1"):
        for form in ("text", "json", "markdown"):
            told = checkout.run("dist", "--base", "HEAD~1", f"--head={head}", "--format", form)
            assert told.returncode in (0, 1), told.stderr
    assert checkout.print() == before


def test_a_branch_is_compared_with_where_it_left(checkout: Checkout) -> None:
    left = checkout.git("rev-parse", "HEAD")
    checkout.git("checkout", "-q", "-b", "branch")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.commit("of the branch")
    checkout.git("checkout", "-q", "main")
    checkout.write("dist/two.yaml", settings("two", "bye"))
    checkout.commit("main goes on")
    checkout.git("checkout", "-q", "branch")
    for head in ("branch", ""):
        review = checkout.review("main", head)
        assert [one.ref.name for one in review.changes] == ["one"]
        assert review.base == left
        assert any("main has 1 commit more" in one for one in review.unknown)
    assert checkout.review(left, "branch").unknown == ()
    checkout.git("merge", "-q", "main")
    assert checkout.changes("main") == ONE
    assert checkout.review("main").unknown == ()


def test_an_older_head_is_a_way_back(checkout: Checkout) -> None:
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.commit("second")
    review = checkout.review("main", "HEAD~1")
    assert [part.after for change in review.changes for part in change.parts] == ['"hello"']
    assert any("the way back" in one for one in review.unknown)


def test_histories_that_have_nothing_in_common_are_compared_as_they_are(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "--orphan", "other")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.commit("another beginning")
    assert checkout.changes("main", "other") == ONE
    assert any("no commit in common" in one for one in checkout.review("main", "other").unknown)


def test_a_detached_head_and_an_unborn_branch(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "--detach")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    assert checkout.changes("main") == ONE
    checkout.git("checkout", "-q", "--orphan", "unborn")
    assert checkout.changes("main") == ONE
    with pytest.raises(BadInput, match="is no revision"):
        checkout.review("main", "unborn")


def test_a_tag_a_short_hash_and_a_path_to_a_commit_are_revisions(checkout: Checkout) -> None:
    checkout.git("tag", "-a", "v1", "-m", "one")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    checkout.commit("second")
    for base in ("v1", checkout.git("rev-parse", "--short", "HEAD~1"), "HEAD^", "HEAD@{1}", ":/first", "refs/tags/v1"):
        assert checkout.changes(base) == ONE, base


NO_COMMITS = ("gone", "", "-x", "--output=x", "HEAD:dist", "main..HEAD", "^main", "a\udcffb", "x" * 5000)


@pytest.mark.parametrize("base", NO_COMMITS)
def test_a_base_that_is_none_is_refused_in_words(checkout: Checkout, base: str) -> None:
    told = checkout.run("dist", f"--base={base}")
    assert told.returncode == 2
    assert "is no revision of this repository" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_branch_of_the_remote_is_named_where_there_is_no_other(checkout: Checkout, tmp_path: Path) -> None:
    checkout.git("branch", "release")
    clone = checkout.clone(tmp_path / "clone")
    assert "name origin/release" in clone.run("dist", "--base", "release").stderr
    assert clone.changes("origin/release") == []


def test_a_folder_that_comes_or_goes(checkout: Checkout) -> None:
    checkout.write("more/three.yaml", settings("three"))
    checkout.commit("second")
    assert checkout.changes("HEAD~1", path="more") == ["added three three.yaml"]
    shutil.rmtree(checkout.root / "more")
    assert checkout.changes("HEAD", path="more") == ["removed three three.yaml"]
    checkout.commit("third")
    assert checkout.changes("HEAD~1", "HEAD", path="more") == ["removed three three.yaml"]
    with pytest.raises(BadInput, match="is neither in HEAD nor in the working tree"):
        checkout.review("HEAD", path="more")


def test_one_file_is_reviewed_alone(checkout: Checkout) -> None:
    for name in ("one", "two"):
        checkout.write(f"dist/{name}.yaml", settings(name, "bye"))
    assert checkout.changes("main", path="dist/one.yaml") == ONE
    checkout.commit("second")
    assert checkout.changes("HEAD~1", "HEAD", path="dist/one.yaml") == ONE


def test_all_of_a_repository_is_reviewed_from_its_top(checkout: Checkout) -> None:
    checkout.write("dist/one.yaml", settings("one", "bye"))
    assert checkout.changes("main", path=".") == ["modified one dist/one.yaml"]
    assert checkout.review("main", path=".").path == "."


def test_a_tree_outside_of_any_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/a.yaml").write_text(NAMESPACE)
    told = Checkout(tmp_path).run("dist", "--base", "main")
    assert told.returncode == 2
    assert "lies in no git repository" in told.stderr


def test_settings_and_waivers_of_the_base_are_those_of_the_base(checkout: Checkout) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: chat}\nspec:\n  selector: {a: b}\n"
    checkout.write("dist/web.yaml", f"{service}  ports: [{{port: 80}}]\n")
    checkout.commit("second")
    waiver = '{rule: NET001, until: "2099-01-31", object: Service chat/web, reason: the pods come later}'
    checkout.write(".bayplan.yaml", f"waivers: [{waiver}]\n")
    states = {one.state.value for one in checkout.review("HEAD").findings if one.rule == "NET001"}
    assert states == {"accepted"}
    checkout.commit("third")
    assert not [one for one in checkout.review("HEAD").findings if one.rule == "NET001"]
