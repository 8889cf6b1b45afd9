"""What git's objects hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.git import git, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


def contents(top: Path, blobs: Iterable[str], *, most: int) -> dict[str, bytes]:
    """Hash to what is behind it; without those that are larger than `most` bytes.

    Raises BadInput where one is not there: a partial clone is asked first what it has not got.
    """
    asked = list(dict.fromkeys(blobs))
    told = git(top, "cat-file", "--batch-check", data=question(asked)).stdout.split(b"\n") if asked else []
    small = [one for one, size in zip(asked, map(size_in, told), strict=False) if size is None or size <= most]
    return dict(zip(small, read(top, small), strict=True))


def read(top: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """What objects hold, in their order."""
    out, at = git(top, "cat-file", "--batch", data=question(blobs)).stdout if blobs else b"", 0
    for one in blobs:
        end = out.find(b"\n", at)
        size = size_in(out[at:end]) if end >= 0 else None
        if size is None:
            raise refused(one, "cannot be read from this clone", "See what is wrong with it: git fsck.")
        yield out[end + 1 : end + 1 + size]
        at = end + 2 + size


def size_in(told: bytes) -> int | None:
    """Bytes of an object, as git tells of it; None for one that is not there."""
    words = told.split(b" ")
    return int(words[2]) if len(words) == 3 and words[2].isdigit() else None


def question(blobs: Iterable[str]) -> bytes:
    """A line for each."""
    return "".join(f"{one}\n" for one in blobs).encode()
