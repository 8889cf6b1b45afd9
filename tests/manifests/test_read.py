"""A folder of files becomes an inventory; what cannot be read is told, and the rest is read all the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bayplan.complaint import BadInput
from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"


def names(root: Path) -> list[tuple[str, str]]:
    return [(one.file, one.ref.name) for one in read_tree(root).inventory.manifests]


def complaints(root: Path) -> list[str]:
    return [str(one).partition("\n")[0] for one in read_tree(root).complaints]


def test_every_object_is_found_in_the_order_of_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.yml").write_text(SETTINGS.format("in-yml"))
    (tmp_path / "z.yaml").write_text(f"# nothing\n---\n{SETTINGS.format('one')}---\n{SETTINGS.format('two')}")
    (tmp_path / "a.json").write_text('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "in-json"}}')
    (tmp_path / "notes.txt").write_text(SETTINGS.format("text"))
    assert names(tmp_path) == [("a.json", "in-json"), ("z.yaml", "one"), ("z.yaml", "two"), ("b/x.yml", "in-yml")]
    assert [one.line for one in read_tree(tmp_path).inventory.manifests] == [1, 3, 8, 1]


def test_one_file_is_a_tree_too(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(SETTINGS.format("one"))
    assert names(tmp_path / "x.yaml") == [("x.yaml", "one")]


def test_a_list_is_taken_apart_and_its_items_know_their_lines(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n"
        "  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n"
        "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: b\n"
    )
    first, second = read_tree(tmp_path).inventory.manifests
    assert (first.ref.name, first.line, first.line_of("/metadata/name")) == ("a", 7, 9)
    assert (second.ref.name, second.line, second.line_of("/metadata/name")) == ("b", 10, 13)
    assert dict(second.lines) == {"": 10, "/apiVersion": 10, "/kind": 11, "/metadata": 12, "/metadata/name": 13}


def test_a_field_called_items_makes_no_list(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(SETTINGS.format("a") + "items: [1]\n")
    assert names(tmp_path) == [("x.yaml", "a")]


@pytest.mark.parametrize("text", ["replicas: 3\n", "[1, 2]\n", "apiVersion: v2\nname: a-chart\n", "hello\n", ""])
def test_what_is_meant_as_no_object_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "values.yaml").write_text(text)
    assert names(tmp_path) == []
    assert complaints(tmp_path) == []


@pytest.mark.parametrize("line", ["apiVersion: v1\n", "kind: ConfigMap\n"])
def test_an_object_without_one_of_its_marks_is_still_one(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.yaml").write_text(SETTINGS.format("a").replace(line, ""))
    assert names(tmp_path) == [("x.yaml", "a")]


def test_a_kustomization_may_leave_out_its_kind(tmp_path: Path) -> None:
    (tmp_path / "Kustomization").write_text("resources: [x.yaml]\n")
    assert [one.body for one in read_tree(tmp_path).inventory.manifests] == [{"resources": ["x.yaml"]}]


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [\n")
    (tmp_path / "b.yaml").write_text("a: 1\nb:\n\tc: 1\n")
    (tmp_path / "c.yaml").write_text(SETTINGS.format("well"))
    assert names(tmp_path) == [("c.yaml", "well")]
    assert [told.split(" ")[0] for told in complaints(tmp_path)] == ["a.yaml:2:", "b.yaml:3:"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text(SETTINGS.format("secret"))
    root = tmp_path / "tree"
    root.mkdir()
    (root / "file.yaml").symlink_to(outside / "x.yaml")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "nowhere.yaml").symlink_to("gone")
    assert names(root) == []
    said = "is a symbolic link, which is not followed"
    assert complaints(root) == [f"{name}: {said}" for name in ("file.yaml", "folder", "loop", "nowhere.yaml")]


def test_a_folder_may_be_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    (tmp_path / "x.yaml" / "y.yaml").write_text(SETTINGS.format("a"))
    assert names(tmp_path) == [("x.yaml/y.yaml", "a")]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    assert complaints(tmp_path) == ["x.yaml: is no regular file"]


def test_names_that_are_no_text_can_be_told(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text(SETTINGS.format("a"))
    assert names(tmp_path) == [("\ufffd.yaml", "a")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("")
    (tmp_path / "x.yaml").chmod(0)
    (tmp_path / "folder").mkdir(mode=0)
    assert complaints(tmp_path) == [
        "folder/: cannot be read: Permission denied",
        "x.yaml: cannot be read: Permission denied",
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        read_tree(tmp_path / "gone")
