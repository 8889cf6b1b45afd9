"""A tree of files as an inventory: what `kubectl apply --recursive` would send, with file and line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests import yaml
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bayplan.manifests.lines import Lines

ENDINGS = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml"})
"""Files that say how others are built; kustomize lets them leave out their kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What stands in a folder."""

    inventory: Inventory
    complaints: tuple[Complaint, ...]
    """Files that could not be read, and why; sorted."""


def read_tree(root: Path) -> Tree:
    """Every object of every YAML and JSON file below a folder, or of one file, in the order of their paths.

    Symbolic links are not followed (Flux does not either when they leave the tree); hidden folders are left out.
    Raises BadInput where there is no such folder.
    """
    if not root.exists():
        raise BadInput([Complaint(file=str(root), line=0, what="does not exist", fix="Name a folder of manifests.")])
    manifests: list[Manifest] = []
    complaints: list[Complaint] = []
    with yaml.collection_paused():
        for path, file in files(root):
            try:
                manifests.extend(read_file(path, file))
            except BadInput as bad:
                complaints.extend(bad.complaints)
    return Tree(inventory=Inventory(manifests=tuple(manifests)), complaints=tuple(sorted(complaints)))


def files(root: Path) -> Iterator[tuple[str, str]]:
    """Path and name below root of every file that may hold manifests, sorted."""
    if root.is_file():
        yield str(root), root.name
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(ENDINGS):
                yield f"{folder}{os.sep}{name}", name if below == "." else f"{below}/{name}"


def read_file(path: str, file: str) -> Iterator[Manifest]:
    """The objects of one file; lists are taken apart, and what is no object is left out."""
    if os.path.islink(path):  # noqa: PTH114 - ten thousand Path objects cost as much as reading
        fix = "Put the file there: what lies outside of the tree is not synced."
        raise BadInput([Complaint(file=file, line=0, what="is a symbolic link, which is not followed", fix=fix)])
    try:
        with open(path, "rb") as opened:  # noqa: PTH123
            data = opened.read()
    except OSError as error:
        raise BadInput([Complaint(file=file, line=0, what=f"cannot be read: {error.strerror}", fix="")]) from error
    for document in yaml.read(data, file=file):
        yield from objects(document.body, file, document.line, document.lines)


def objects(body: Any, file: str, line: int, lines: Lines) -> Iterator[Manifest]:  # noqa: ANN401 - whatever a file holds
    """The object of a document, or those of its `items` where it is a list of Kubernetes."""
    if not isinstance(body, dict):
        return
    if os.path.basename(file) in KUSTOMIZATIONS and "kind" not in body:  # noqa: PTH119
        yield Manifest(ref=Ref.of(body), body=body, file=file, line=line, lines=lines)
    if not isinstance(body.get("kind"), str) or "apiVersion" not in body:
        return
    items = body.get("items")
    if body["kind"].endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            below = lines.below(f"/items/{index}")
            yield from objects(item, file, below.get("", line), below)
        return
    yield Manifest(ref=Ref.of(body), body=body, file=file, line=line, lines=lines)
