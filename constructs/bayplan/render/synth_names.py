"""What the file of an object is called: `<Kind>.<name>.yaml`, and more only where that would not do.

A name depends on nothing but the objects of its folder, so that every run and every machine gives the same. It holds
on file systems that do not tell `A` from `a` (macOS), has no character that a shell or Windows minds, and fits into 255
bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.manifests.ref import Ref

KUSTOMIZATION = "kustomization.yaml"
"""What kustomize and Flux read first in every folder."""

_LONGEST_STEM = 200
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_PLAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_SEGMENT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_OURS = re.compile(r"[A-Z][A-Za-z0-9]{0,62}\..+\.yaml")


def name_files(folder: str, refs: Iterable[Ref]) -> dict[Ref, str]:
    """The file names of the objects of one folder.

    Kind and name, and the namespace after a `~` where it is not the folder's own: whether others are there or not, so
    that a new neighbour renames nothing. Where that is no good name (`system:auth`), or two objects share it (one kind
    in two API groups), kind, what is readable of the name, and a hash after `~~`. No part of a plain name holds a `~`,
    so the forms never meet.
    """
    home = folder.rpartition("/")[2]
    stems = {ref: _plain(ref, home) for ref in refs}
    seen = Counter(stem.casefold() for stem in stems.values())
    return {ref: f"{stem if stem and seen[stem.casefold()] == 1 else _hashed(ref)}.yaml" for ref, stem in stems.items()}


def is_ours(name: str) -> bool:
    """Whether a file is named as bayplan names files."""
    return name == KUSTOMIZATION or bool(_OURS.fullmatch(name))


def judge_ref(ref: Ref) -> str:
    """What keeps an object from having a file; "" when nothing does."""
    if not _KIND.fullmatch(ref.kind):
        return f"its kind {ref.kind!r} is no kind of Kubernetes"
    return "" if ref.name else "it has no metadata.name"


def judge_folders(folders: Sequence[str]) -> list[Complaint]:
    """What is wrong with folders below dist/: segments that leave the tree, and names that differ only by case."""
    complaints = [
        Complaint(
            file=folder,
            line=0,
            what=f"{segment!r} is no name for a folder below dist/",
            fix="Use letters, digits and '-' in the ids of constructs that hold charts.",
        )
        for folder in folders
        for segment in folder.split("/")
        if not _SEGMENT.fullmatch(segment)
    ]
    spelled: dict[str, str] = {}
    for folder in sorted(folders):
        for parent in _parents(folder):
            first = spelled.setdefault(parent.casefold(), parent)
            if first != parent:
                what = f"the folders {first} and {parent} differ only by case, which is one folder on macOS and Windows"
                complaints.append(Complaint(file=parent, line=0, what=what, fix="Rename one of them."))
    return complaints


def _parents(folder: str) -> list[str]:
    segments = folder.split("/")
    return ["/".join(segments[: depth + 1]) for depth in range(len(segments))]


def _plain(ref: Ref, home: str) -> str:
    """The stem that a person expects; "" where no file should be called so."""
    parts = [ref.name] if ref.namespace in ("", home) else [ref.name, ref.namespace]
    stem = f"{ref.kind}.{'~'.join(parts)}"
    return stem if len(stem) <= _LONGEST_STEM and all(_PLAIN.fullmatch(part) for part in parts) else ""


def _hashed(ref: Ref) -> str:
    whole = "\0".join((ref.group, ref.kind, ref.namespace, ref.name))
    readable = re.sub(r"[^a-z0-9.-]+", "-", ref.name.lower()).strip(".-")[:100]
    return f"{ref.kind}.{readable}~~{hashlib.sha256(whole.encode(errors='surrogatepass')).hexdigest()[:16]}"
