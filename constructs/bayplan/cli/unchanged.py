"""A `synth` of what was rendered before: its answer is kept, and nothing has to be planned or rendered again.

The question is every byte that decides: apps/, clusters/ with the plans, and the tree that stands; besides the program
itself, which `kept` asks. One letter more anywhere, also in dist/, and all is done as ever. In CI nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from typing import TYPE_CHECKING

from bayplan.manifests import kept

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.cli.synth import SynthOptions

SORT = "synth"


def question(options: SynthOptions, out: Path) -> str:
    """All that decides what a `synth` writes and says; "" where it has to look at more, or to do as it is told."""
    if options.update or options.check or options.sandbox or "CDK8S_OUTDIR" in os.environ:
        return ""
    if kept.place() is None:
        return ""  # nobody would read it
    read = hashlib.sha256()
    for folder in (options.root / "apps", options.root / "clusters", options.root / "secrets", out):
        read.update(f"{folder}\0".encode("utf-8", "surrogateescape"))
        try:
            _read(folder, read)
        except OSError:
            return ""
    said = (options.json, options.color, options.locked, options.epsilon, options.time)
    return f"{read.hexdigest()} {said} {shutil.get_terminal_size()}"


def _read(top: Path, read: hashlib._Hash) -> None:
    """Names and bytes of all files below a folder, in the order of their names."""
    for folder, inner, files in os.walk(top):
        inner[:] = sorted(name for name in inner if name != "__pycache__")
        for name in sorted(files):
            path = f"{folder}/{name}"
            if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - as below; a pipe would be waited for
                raise OSError(f"{path} is no file")
            with open(path, "rb") as file:  # noqa: PTH123 - ten thousand Paths cost as much as all the rest
                data = file.read()
            read.update(f"{path}\0{os.path.islink(path)}\0{len(data)}\0".encode("utf-8", "surrogateescape"))  # noqa: PTH114
            read.update(data)
        read.update("\0".join(inner).encode("utf-8", "surrogateescape"))


def answer(asked: str) -> tuple[str, int] | None:
    """What the last `synth` of the same would have said, and its exit code."""
    found = kept.look_up(SORT, asked) if asked else None
    return (str(found["said"]), int(found["code"])) if found else None


def remember(asked: str, said: str, code: int) -> None:
    """Keep what a `synth` says in which nothing changes."""
    if asked:
        kept.keep(SORT, asked, {"said": said, "code": code})
