"""What synth writes, what it removes, and what it refuses: all or nothing, every time."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.synth.trees import contents, many, of_somebody_else, settings, tree

from bayplan.complaint import BadInput
from bayplan.manifests.read import read_tree
from bayplan.render.synth import synth

if TYPE_CHECKING:
    from collections.abc import Iterator

    import cdk8s

SHOP = "lab/apps/shop"
KUSTOMIZE = Path(__file__).parents[2] / ".cache/bin/kustomize"


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "dist"
    assert [path.name for path in tmp_path.iterdir()] in ([], ["dist"]), "something was left beside the tree"


def refused(app: cdk8s.App, out: Path) -> str:
    """What is said; nothing may have changed."""
    before = contents(out)
    with pytest.raises(BadInput) as bad:
        synth(app, out)
    assert contents(out) == before
    return str(bad.value)


def test_one_object_is_one_file_and_every_folder_says_what_it_holds(out: Path) -> None:
    app = tree(settings("b"), settings("a"))
    written = synth(tree(settings("c"), folder="lab/platform", into=app), out)
    assert sorted(contents(out)) == [
        f"{SHOP}/ConfigMap.a.yaml",
        f"{SHOP}/ConfigMap.b.yaml",
        f"{SHOP}/kustomization.yaml",
        "lab/platform/ConfigMap.c~shop.yaml",
        "lab/platform/kustomization.yaml",
    ]
    assert (out / SHOP / "kustomization.yaml").read_text() == (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources:\n- ConfigMap.a.yaml\n- ConfigMap.b.yaml\n"
    )
    assert written.added == tuple(sorted(contents(out)))
    assert (written.changed, written.removed, written.unchanged) == ((), (), 0)


def test_what_is_told_is_what_stands(out: Path) -> None:
    written = synth(tree(settings("a", text="x: y", number=17), settings("b")), out)
    read = [one for one in read_tree(out).inventory.manifests if one.ref.kind != "Kustomization"]
    told = written.inventory.manifests
    assert [(one.ref, one.body, one.file, one.line) for one in told] == [
        (one.ref, one.body, one.file, one.line) for one in read
    ]
    assert told[0].line_of("/data/text") == read[0].line_of("/data/text") > 1


def test_a_second_run_touches_nothing(out: Path) -> None:
    synth(tree(*many(3)), out)
    (out / "README.md").write_text("ours")
    before = {path: path.stat() for path in [out, *out.rglob("*")]}
    written = synth(tree(*many(3)), out)
    assert written.unchanged == 4
    assert (written.added, written.changed, written.removed) == ((), (), ())
    assert {path: path.stat() for path in [out, *out.rglob("*")]} == before


def test_a_change_leaves_every_other_file_as_it_is(out: Path) -> None:
    synth(tree(*many(3)), out)
    (out / "README.md").write_text("ours")
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*.[ym]*")}
    first, *rest = many(3)
    written = synth(tree({**first, "data": {"colour": "red"}}, *rest), out)
    assert written.changed == (f"{SHOP}/ConfigMap.settings-00.yaml",)
    after = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in out.rglob("*.[ym]*")}
    assert [path.name for path in before if after[path] != before[path]] == ["ConfigMap.settings-00.yaml"]
    assert (out / "README.md").read_text() == "ours"


def test_the_file_of_an_object_goes_with_it_and_no_other(out: Path) -> None:
    synth(tree(*many(30)), out)
    before = contents(out)
    written = synth(tree(*list(many(30))[:-3]), out)
    gone = tuple(f"{SHOP}/ConfigMap.settings-{number}.yaml" for number in (27, 28, 29))
    assert written.removed == gone
    assert written.changed == (f"{SHOP}/kustomization.yaml",)
    assert set(before) - set(contents(out)) == set(gone)


def test_a_folder_goes_with_its_last_object(out: Path) -> None:
    synth(tree(settings("c"), folder="lab/apps/bot", into=tree(settings("a"))), out)
    written = synth(tree(settings("a")), out)
    assert written.removed == ("lab/apps/bot/ConfigMap.c~shop.yaml", "lab/apps/bot/kustomization.yaml")
    assert not (out / "lab/apps/bot").exists()


def test_more_than_a_tenth_goes_only_when_allowed(out: Path) -> None:
    synth(tree(*many(29)), out)
    said = refused(tree(*many(26)), out)
    assert "3 of 29 objects" in said
    assert "settings-27" in said
    assert "--allow-deletions" in said
    assert len(synth(tree(*many(26)), out, allow_deletions=True).removed) == 3


def test_objects_that_move_within_a_cluster_do_not_count_as_gone(out: Path) -> None:
    synth(tree(*many(10)), out)
    assert len(synth(tree(*many(10), folder="lab/apps/store"), out).removed) == 11


def test_objects_that_change_their_namespace_count_as_gone(out: Path) -> None:
    synth(tree(*(settings(f"a{number}", namespace="") for number in range(10))), out)
    assert "10 of 10" in refused(tree(*(settings(f"a{number}") for number in range(10))), out)


def test_a_folder_without_objects_is_no_folder(out: Path) -> None:
    synth(tree(folder="lab/flux", into=tree(settings("a"))), out)
    assert not (out / "lab/flux").exists()


def test_two_of_one_identity_in_a_cluster_are_refused(out: Path) -> None:
    app = tree(settings("a"), folder="lab/apps/bot", into=tree(settings("b"), settings("a")))
    said = refused(app, out)
    assert "ConfigMap shop/a: is there twice" in said
    assert "lab/apps/shop and lab/apps/bot" in said or "lab/apps/bot and lab/apps/shop" in said
    assert said.startswith("apps/shop.py:")


def test_clusters_may_share_identities(out: Path) -> None:
    app = tree(settings("a"), folder="prod/apps/shop", into=tree(settings("a")))
    assert len(synth(app, out).added) == 4


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, 12345678901234567890])
def test_numbers_that_javascript_cannot_hold_are_refused(out: Path, number: int) -> None:
    said = refused(tree(settings("a", size=number)), out)
    assert said.startswith(f"apps/shop.py:1: ConfigMap shop/a: /data/size was {number} and came out")


def test_keys_that_javascript_cannot_hold_are_refused(out: Path) -> None:
    assert "/data/__proto__" in refused(tree(settings("a", __proto__="x")), out)


@pytest.mark.parametrize("folder", ["lab/../../evil", "lab/.git", "lab/a b", "lab/apps/kustomization.yaml"])
def test_folders_that_leave_the_tree_are_refused(out: Path, folder: str) -> None:
    assert "is no name for a folder" in refused(tree(settings("a"), folder=folder), out)


def test_folders_that_differ_only_by_case_are_refused(out: Path) -> None:
    app = tree(settings("a"), folder="lab/apps/Shop", into=tree(settings("b")))
    assert "differ only by case" in refused(app, out)


def test_an_object_without_a_name_is_refused(out: Path) -> None:
    assert "no metadata.name" in refused(tree({**settings("a"), "metadata": {"generateName": "a-"}}), out)


def test_what_flux_would_substitute_is_refused(out: Path) -> None:
    assert "${" in refused(tree(settings("a", text="${HOME}")), out)


@pytest.mark.parametrize("where", ["link.yaml", f"{SHOP}/ConfigMap.a.yaml", f"{SHOP}/deeper"])
def test_a_symlink_in_the_tree_is_neither_followed_nor_replaced(out: Path, tmp_path_factory: Any, where: str) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret"
    secret.write_text("mine")
    synth(tree(settings("b")), out)
    (out / where).symlink_to(secret)
    with pytest.raises(BadInput, match=where) as bad:
        synth(tree(settings("a")), out)
    assert "is a symlink" in str(bad.value)
    assert (out / where).is_symlink()
    assert secret.read_text() == "mine"


def test_a_symlink_as_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to("real")
    with pytest.raises(BadInput, match="is no folder"):
        synth(tree(settings("a")), tmp_path / "dist")
    assert not list((tmp_path / "real").iterdir())


@pytest.mark.parametrize("name", ["notes.txt", "service.yaml", ".hidden", "Service.yaml"])
def test_files_of_others_are_named_and_not_lost(out: Path, name: str) -> None:
    synth(tree(settings("a")), out)
    (out / SHOP / name).write_text("mine")
    said = refused(tree(settings("b")), out)
    assert f"{name}: was not written by bayplan" in said


def test_what_was_edited_by_hand_is_written_anew(out: Path) -> None:
    synth(tree(settings("a"), settings("b")), out)
    before = contents(out)
    (out / SHOP / "ConfigMap.a.yaml").write_text("<<<<<<< ours\n")
    (out / SHOP / "ConfigMap.b.yaml").unlink()
    written = synth(tree(settings("a"), settings("b")), out)
    assert contents(out) == before
    assert written.changed == (f"{SHOP}/ConfigMap.a.yaml",)
    assert written.added == (f"{SHOP}/ConfigMap.b.yaml",)


def test_charts_of_others_are_written_too(out: Path) -> None:
    assert synth(of_somebody_else("a"), out).added == ("theirs/ConfigMap.a.yaml", "theirs/kustomization.yaml")


@pytest.mark.skipif(not KUSTOMIZE.exists(), reason="kustomize is not built: `make tools`")
def test_kustomize_builds_every_kind_of_name(out: Path) -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    names = ["system:Auth", "system:auth", "a_b", "x" * 253]
    bodies = [{**role, "metadata": {"name": name}} for name in names]
    synth(tree(*bodies, settings("a"), settings("a", namespace="other")), out)
    command = [str(KUSTOMIZE), "build", str(out / SHOP)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("\nkind: ") == 6
