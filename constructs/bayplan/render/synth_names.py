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


def name_files(refs: Iterable[Ref]) -> dict[Ref, str]:
    """The file names of the objects of one folder.

    Kind and name; where two objects share these, the namespace after a `~`; where that is the same too (one kind in two
    API groups), or the name holds what no file name should (`system:auth`), a part of a hash after `~~`. No name of a
    Kubernetes object that passes as plain holds a `~`, so the three forms never meet.
    """
    names: dict[Ref, str] = {}
    rest = sorted(set(refs))
    for form in (_by_name, _by_namespace, _by_hash):
        stems = {ref: form(ref) for ref in rest}
        seen = Counter(stem.casefold() for stem in stems.values())
        names |= {ref: f"{stem}.yaml" for ref, stem in stems.items() if stem and seen[stem.casefold()] == 1}
        rest = [ref for ref in rest if ref not in names]
    return names


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


def _by_name(ref: Ref) -> str:
    return _plain(f"{ref.kind}.{ref.name}", ref.name)


def _by_namespace(ref: Ref) -> str:
    return _plain(f"{ref.kind}.{ref.name}~{ref.namespace}", ref.name, ref.namespace)


def _plain(stem: str, *parts: str) -> str:
    fits = len(stem) <= _LONGEST_STEM and all(_PLAIN.fullmatch(part) for part in parts)
    return stem if fits else ""


def _by_hash(ref: Ref) -> str:
    whole = "\0".join((ref.group, ref.kind, ref.namespace, ref.name))
    readable = re.sub(r"[^a-z0-9.-]+", "-", ref.name.lower()).strip(".-")[:100]
    return f"{ref.kind}.{readable}~~{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
