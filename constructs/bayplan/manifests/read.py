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
from bayplan.manifests.place import Folder
from bayplan.manifests.printable import shown
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bayplan.manifests.place import Place

_SHARE = 500
"""Files that are worth a process of their own; most trees hold fewer."""
LFS = b"version https://git-lfs.github.com/spec/"
"""What a pointer begins with. Source: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>"""
ENDINGS = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
"""Files that say how others are built; kustomize lets them leave out their kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What stands in a folder."""

    inventory: Inventory
    complaints: tuple[Complaint, ...]
    """Files that could not be read, and why; sorted."""
    unknown: tuple[str, ...] = ()
    """What lies there and was not looked at, in words."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class File:
    """What one file holds."""

    name: str
    """Path below the tree, as it can be printed."""
    data: bytes
    manifests: tuple[Manifest, ...]
    complaints: tuple[Complaint, ...]
    documents: Sequence[Any] = ()
    """Its documents as plain data, for who keeps them."""


def read_tree(root: Path, *, meanwhile: Callable[[], object] | None = None) -> Tree:
    """Every object of every YAML and JSON file below a folder, or of one file, in the order of their paths.

    Symbolic links are not followed: Flux leaves them out of what it fetches. Hidden files and folders are left out.
    `meanwhile` is done while other processes read, if there are any. Raises BadInput where there is no such folder.
    """
    if not root.exists():
        raise BadInput([Complaint(file=str(root), line=0, what="does not exist", fix="Name a folder of manifests.")])
    complaints: list[Complaint] = []
    found = dict(files(root, complaints))
    read = read_files(found, lambda path: bytes_of(path, found[path]), meanwhile=meanwhile)
    return tree_of(read, Folder(root if root.is_dir() else root.parent), complaints)


def tree_of(
    read: Iterable[File], place: Place, complaints: Sequence[Complaint] = (), unknown: tuple[str, ...] = ()
) -> Tree:
    """Files that were read, as one tree."""
    found = [*read]
    inventory = Inventory(
        manifests=tuple(manifest for file in found for manifest in file.manifests),
        place=place,
        sizes={file.name: len(file.data) for file in found},
    )
    wrong = [*complaints, *(complaint for file in found for complaint in file.complaints)]
    return Tree(inventory=inventory, complaints=tuple(sorted(wrong)), unknown=unknown)


def read_files(
    names: Mapping[str, str], load: Callable[[str], bytes], *, meanwhile: Callable[[], object] | None = None
) -> list[File]:
    """What files hold: `names` are what `load` knows each by, and what it is called in the tree."""
    with yaml.collection_paused():
        shares = spread(partial(_read, names, load), list(names), least=_SHARE, meanwhile=meanwhile)
        return [file_of(*told) for share in shares for told in share]


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
                yield entry.path, shown(f"{below}{entry.name}")
        folders += reversed(inner)


def _read(names: Mapping[str, str], load: Callable[[str], bytes], keys: Sequence[str]) -> list[Any]:
    """What files hold, as plain data that can be sent: name, bytes, documents, complaints."""
    told = []
    for key in keys:
        file, data = names[key], b""
        documents: list[tuple[Any, int, int, bool]] = []
        complaints: tuple[Complaint, ...] = ()
        try:
            data = load(key)
            refuse_pointer(data, file)
            documents = [(one.body, one.line, one.number, one.has_null) for one in yaml.read(data, file=file)]
        except BadInput as bad:
            complaints = bad.complaints
        told.append((file, data, documents, [(one.file, one.line, one.what, one.fix) for one in complaints]))
    return told


def file_of(file: str, data: bytes, documents: Sequence[Any], wrong: Sequence[Any] = ()) -> File:
    """A file from what another process, or an earlier run, tells of it."""
    lines = FileLines(data)
    found = (
        manifest
        for body, line, number, has_null in documents
        for manifest in objects(body, file, line, Lines(lines, number), has_null=has_null)
    )
    complaints = (Complaint(file=file, line=line, what=what, fix=fix) for file, line, what, fix in wrong)
    return File(name=file, data=data, manifests=tuple(found), complaints=tuple(complaints), documents=documents)


def refuse_pointer(data: bytes, file: str) -> None:
    """BadInput for what stands in git instead of a file of Git LFS, which Flux does not fetch."""
    if data.startswith(LFS):
        what = "is a pointer of Git LFS, not the file that it stands for"
        fix = "Keep manifests in git itself: Flux fetches no Git LFS."
        raise BadInput([Complaint(file=file, line=0, what=what, fix=fix)])


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


def bytes_of(path: str, file: str) -> bytes:
    """What a file holds; a pipe or a device, which may never end, is not opened, nor what nobody would read."""
    try:
        about = os.lstat(path)
        if stat.S_ISREG(about.st_mode):
            if about.st_size > yaml.MAX_BYTES:
                raise yaml.too_large(file)
            with open(path, "rb", buffering=0) as opened:  # noqa: PTH123 - ten thousand Paths cost as much as reading
                return opened.read()
    except OSError as error:
        raise BadInput([_unreadable(file, error)]) from error
    raise not_read(file, is_link=stat.S_ISLNK(about.st_mode))


def not_read(file: str, *, is_link: bool) -> BadInput:
    """What is said of what is no regular file."""
    what = "is a symbolic link, which is not followed" if is_link else "is no regular file"
    return BadInput([Complaint(file=file, line=0, what=what, fix="Put the file itself there: nothing else is synced.")])


def _unreadable(file: str, error: OSError) -> Complaint:
    return Complaint(file=shown(file) or ".", line=0, what=f"cannot be read: {error.strerror}", fix="")
