"""Two snapshots of one folder, read together: a file that is the same in both is read once and gives the same objects.

So it is seen at once that an object has not changed: it is itself.
"""

from __future__ import annotations

import hashlib
import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput
from bayplan.manifests import kept, yaml
from bayplan.manifests.git import refused, top_of
from bayplan.manifests.listing import Sort
from bayplan.manifests.printable import shown
from bayplan.manifests.read import ENDINGS, KUSTOMIZATIONS, LFS, bytes_of, file_of, not_read, read_files, tree_of
from bayplan.manifests.revision import commit_of
from bayplan.manifests.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bayplan.manifests.listing import Entry
    from bayplan.manifests.read import File, Tree

WORTH_KEEPING = 500
"""Files whose documents are kept between runs: fewer are read as fast."""


def read_both(base: Snapshot, head: Snapshot, *, meanwhile: Callable[[], object] | None = None) -> tuple[Tree, Tree]:
    """The trees of a commit and of what comes after it."""
    question = f"{head.repository}\0{head.folder}"
    with yaml.collection_paused():
        documents = kept.look_up("documents", question) or {}
        after = read(head, {}, meanwhile, documents)
        same = {name: after[name] for name, entry in base.entries.items() if is_same(entry, head.entries, after, name)}
        before = read(base, same, None, documents)
        keep_documents(question, documents, [*before.values(), *after.values()])
    in_lfs = sorted(name for name, file in before.items() if name in after and stands_for(file.data, after[name].data))
    before |= {name: after[name] for name in in_lfs}
    told = tuple(f"{shown(name)} is kept in Git LFS, which Flux does not fetch: it gets the pointer" for name in in_lfs)
    return tree_of(before.values(), base), tree_of(after.values(), head, (), (*unknown(head), *told))


def keep_documents(question: str, known: Mapping[bytes, Sequence[Any]], files: Sequence[File]) -> None:
    """Keep the documents of files that are well for the next run, if there are new ones and many."""
    well = [file for file in files if not file.complaints]
    if len(well) < WORTH_KEEPING:
        return
    documents = {hashlib.sha256(file.data).digest(): file.documents for file in well}
    if documents.keys() != known.keys():
        kept.keep("documents", question, documents)


def read_one(snapshot: Snapshot) -> Tree:
    """The tree of one snapshot."""
    return tree_of(read(snapshot, {}, None, {}).values(), snapshot, (), unknown(snapshot))


@contextmanager
def snapshot_at(path: Path, revision: str) -> Iterator[Snapshot]:
    """A folder or file as a revision has it. Raises BadInput where there is no repository or no such revision."""
    top = top_of(path)
    if top is None:
        raise refused(str(path), "lies in no git repository", "Compare with a folder instead: --base DIR.")
    snapshot = Snapshot(top.resolve(), commit_of(top, revision), path.resolve().relative_to(top.resolve()).as_posix())
    try:
        yield snapshot
    finally:
        snapshot.close()


def unknown(snapshot: Snapshot) -> tuple[str, ...]:
    """What is not looked at, in words."""
    return tuple(f"{name} is a submodule: what it holds is not looked at" for name in snapshot.submodules)


def is_same(entry: Entry, later: Mapping[str, Entry], read_later: Mapping[str, File], name: str) -> bool:
    """Whether a file of a commit is byte for byte what it is later."""
    now = later.get(name)
    if now is None or now.sort is not Sort.FILE or entry.sort is not Sort.FILE or name not in read_later:
        return False
    return entry.blob == (now.blob or blob_of(read_later[name].data, len(entry.blob)))


def blob_of(data: bytes, digits: int) -> str:
    """The hash by which git knows what a file holds: SHA-1, or SHA-256 in repositories of that form."""
    made = hashlib.sha1(usedforsecurity=False) if digits == 40 else hashlib.sha256()
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.hexdigest()


def stands_for(pointer: bytes, data: bytes) -> bool:
    """Whether a pointer of Git LFS stands for what a file holds."""
    return pointer.startswith(LFS) and hashlib.sha256(data).hexdigest().encode() in pointer


def read(
    snapshot: Snapshot,
    same: Mapping[str, File],
    meanwhile: Callable[[], object] | None,
    documents: Mapping[bytes, Sequence[Any]],
) -> dict[str, File]:
    """Every file that may hold manifests, in the order of their paths; `same` are those that need not be read.

    `documents` are those of an earlier run, by the SHA-256 of their files.
    """
    names = sorted(manifest_names(snapshot), key=in_order)
    entries = snapshot.entries
    new = {name: shown(name) for name in names if name not in same}
    asked = {entries[name].blob for name in new if entries[name].sort is Sort.FILE} - {""}
    blobs = snapshot.load(asked, yaml.MAX_BYTES)
    folder = snapshot.repository / snapshot.folder

    def load(name: str) -> bytes:
        entry = entries[name]
        if entry.sort is not Sort.FILE:
            raise not_read(new[name], is_link=entry.sort is Sort.LINK)
        if not entry.blob:
            return bytes_of(f"{folder}/{name}", new[name])
        if entry.blob not in blobs:
            raise yaml.too_large(new[name])
        return blobs[entry.blob]

    known = read_before(new, load, documents) if documents else {}
    left = {name: called for name, called in new.items() if name not in known}
    found = {**known, **dict(zip(left, read_files(left, load, meanwhile=meanwhile), strict=True))}
    return {name: same[name] if name in same else found[name] for name in names}


def read_before(
    names: Mapping[str, str], load: Callable[[str], bytes], documents: Mapping[bytes, Sequence[Any]]
) -> dict[str, File]:
    """Those of some files whose documents are known by the hash of what they hold."""
    found = {}
    for name, called in names.items():
        try:
            data = load(name)
        except BadInput:
            continue  # it is told by who reads
        known = documents.get(hashlib.sha256(data).digest())
        if known is not None:
            found[name] = file_of(called, data, known)
    return found


def manifest_names(snapshot: Snapshot) -> Iterator[str]:
    """Files that may hold manifests, and links to folders; what is hidden is left out, as in any tree."""
    for name, entry in snapshot.entries.items():
        if entry.sort is Sort.SUBMODULE or name.startswith(".") or "/." in name:
            continue
        is_meant = name.endswith(ENDINGS) or posixpath.basename(name) in KUSTOMIZATIONS
        if is_meant or (entry.sort is Sort.LINK and snapshot.leads_to_folder(name)):
            yield name


def in_order(name: str) -> tuple[tuple[bool, str], ...]:
    """Files of a folder come before those of its folders."""
    *folders, file = name.split("/")
    return (*((True, folder) for folder in folders), (False, file))
