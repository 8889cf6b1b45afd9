"""A tree of files as an inventory: what `kubectl apply --recursive` would send, with file and line."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests import yaml
from bayplan.manifests.crew import spread
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.lines import FileLines, Lines
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_SHARE = 500
"""Files that are worth a process of their own; most trees hold fewer."""
ENDINGS = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
"""Files that say how others are built; kustomize lets them leave out their kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What stands in a folder."""

    inventory: Inventory
    complaints: tuple[Complaint, ...]
    """Files that could not be read, and why; sorted."""


def read_tree(root: Path, *, meanwhile: Callable[[], object] | None = None) -> Tree:
    """Every object of every YAML and JSON file below a folder, or of one file, in the order of their paths.

    Symbolic links are not followed: Flux leaves them out of what it fetches. Hidden files and folders are left out.
    `meanwhile` is done while other processes read, if there are any. Raises BadInput where there is no such folder.
    """
    if not root.exists():
        raise BadInput([Complaint(file=str(root), line=0, what="does not exist", fix="Name a folder of manifests.")])
    complaints: list[Complaint] = []
    with yaml.collection_paused():
        found = dict(files(root, complaints))
        shares = spread(partial(_read, found), list(found), least=_SHARE, meanwhile=meanwhile)
        manifests = [manifest for share in shares for manifest in _objects(share, complaints)]
    folder = root if root.is_dir() else root.parent
    sizes = {file: len(data) for share in shares for file, data, _, _ in share}
    inventory = Inventory(manifests=tuple(manifests), root=folder, sizes=sizes)
    return Tree(inventory=inventory, complaints=tuple(sorted(complaints)))


def files(root: Path, complaints: list[Complaint]) -> Iterator[tuple[str, str]]:
    """Path and name below root of every file that may hold manifests, sorted; what cannot be entered is told."""
    if not root.is_dir():
        yield str(root.resolve()), root.name
        return
    folders = [(str(root), "")]
    while folders:
        folder, below = folders.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted((entry for entry in found if entry.name[0] != "."), key=lambda entry: entry.name)
        except OSError as error:
            complaints.append(_unreadable(below, error))
            continue
        inner = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner.append((entry.path, f"{below}{entry.name}/"))
            elif entry.name.endswith(ENDINGS) or entry.name in KUSTOMIZATIONS or entry.is_dir():
                yield entry.path, _shown(f"{below}{entry.name}")
        folders += reversed(inner)


def _read(names: Mapping[str, str], paths: Sequence[str]) -> list[Any]:
    """What files hold, as plain data that can be sent: name, bytes, documents, complaints."""
    told = []
    for path in paths:
        file, data = names[path], b""
        documents: list[tuple[Any, int, int, bool]] = []
        complaints: tuple[Complaint, ...] = ()
        try:
            data = _bytes_of(path, file)
            documents = [(one.body, one.line, one.number, one.has_null) for one in yaml.read(data, file=file)]
        except BadInput as bad:
            complaints = bad.complaints
        told.append((file, data, documents, [(one.file, one.line, one.what, one.fix) for one in complaints]))
    return told


def _objects(share: list[Any], complaints: list[Complaint]) -> Iterator[Manifest]:
    for file, data, documents, wrong in share:
        complaints += (Complaint(file=file, line=line, what=what, fix=fix) for file, line, what, fix in wrong)
        lines = FileLines(data)
        for body, line, number, has_null in documents:
            yield from objects(body, file, line, Lines(lines, number), has_null=has_null)


def objects(
    body: Any,  # noqa: ANN401 - whatever a file holds
    file: str,
    line: int,
    lines: Lines,
    *,
    has_null: bool = True,
) -> Iterator[Manifest]:
    """The object of a document, or those of its `items` where it is a list of Kubernetes."""
    if not isinstance(body, dict) or not _is_meant(body, file):
        return
    kind, items = body.get("kind"), body.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            below = lines.below(f"/items/{index}")
            yield from objects(item, file, below.get("", line), below, has_null=has_null)
        return
    yield Manifest(ref=Ref.of(body), body=body, file=file, line=line, lines=lines, may_hold_null=has_null)


def _is_meant(body: dict[str, Any], file: str) -> bool:
    """Whether a mapping is meant as an object. One mark may be forgotten: Flux fails on that, and rules tell it.

    A chart's Chart.yaml has an apiVersion, too, and much else has a kind.
    """
    marks = sum(mark in body for mark in ("apiVersion", "kind", "metadata"))
    return marks > 1 or file.rpartition("/")[2] in KUSTOMIZATIONS


def _bytes_of(path: str, file: str) -> bytes:
    """What a file holds; a pipe or a device, which may never end, is not opened."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode):
            with open(path, "rb", buffering=0) as opened:  # noqa: PTH123 - ten thousand Paths cost as much as reading
                return opened.read()
    except OSError as error:
        raise BadInput([_unreadable(file, error)]) from error
    is_link = stat.S_ISLNK(mode)
    what = "is a symbolic link, which is not followed" if is_link else "is no regular file"
    raise BadInput([Complaint(file=file, line=0, what=what, fix="Put the file itself there: nothing else is synced.")])


def _unreadable(file: str, error: OSError) -> Complaint:
    return Complaint(file=_shown(file) or ".", line=0, what=f"cannot be read: {error.strerror}", fix="")


def _shown(file: str) -> str:
    """A name as it can be printed: file names are bytes, and not always text."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
