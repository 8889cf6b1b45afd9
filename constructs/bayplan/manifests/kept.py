"""What was worked out before, kept on this machine: the same question has the same answer.

It lies in the cache of whoever runs bayplan ($XDG_CACHE_HOME/bayplan, or ~/.cache/bayplan), and never in a repository,
where a change could bring answers along. Every question holds the program itself, so that another version asks anew.
In CI nothing is kept, unless BAYPLAN_CACHE names a folder; an empty BAYPLAN_CACHE keeps nothing anywhere.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

VARIABLE = "BAYPLAN_CACHE"
MOST_FILES = 20
"""Answers of one sort that are kept: the newest."""
CHECKSUM_BYTES = 32


def look_up(sort: str, question: str) -> Any:  # noqa: ANN401 - whatever was kept: plain data
    """The answer to a question that was answered before; None where there is none that is whole."""
    file = file_of(sort, question)
    try:
        data = file.read_bytes() if file is not None else b""
        if file is None or not is_ours(file):
            return None
    except OSError:
        return None
    checksum, answer = data[:CHECKSUM_BYTES], data[CHECKSUM_BYTES:]
    return marshal.loads(answer) if hashlib.sha256(answer).digest() == checksum else None  # noqa: S302 - ours


def keep(sort: str, question: str, answer: Any) -> None:  # noqa: ANN401 - as above
    """Keep an answer, plain data, for the next time; where that cannot be done, it is worked out again."""
    file = file_of(sort, question)
    if file is None:
        return
    data = marshal.dumps(answer)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as beside:
            beside.write(hashlib.sha256(data).digest() + data)
        Path(beside.name).replace(file)
        forget(file.parent)
    except OSError:
        return


def forget(folder: Path) -> None:
    """Remove all but the newest answers."""
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[MOST_FILES:]:
        file.unlink(missing_ok=True)


def file_of(sort: str, question: str) -> Path | None:
    """Where an answer is kept; None where nothing is."""
    folder = place()
    if folder is None:
        return None
    try:
        asked = f"{program()}\0{question}"
    except OSError:  # bayplan is just being installed anew
        return None
    name = hashlib.sha256(asked.encode("utf-8", "surrogateescape")).hexdigest()
    return folder / sort / name


def place() -> Path | None:
    """The folder of everything that is kept."""
    said = os.environ.get(VARIABLE)
    if said is not None:
        return Path(said).absolute() if said else None
    if os.environ.get("CI"):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME", "")
    if not home.startswith("/"):
        return None
    return Path(home, "bayplan") if os.environ.get("XDG_CACHE_HOME") else Path(home, ".cache", "bayplan")


def is_ours(file: Path) -> bool:
    """Whether nobody else can have written a file."""
    about = file.stat()
    return about.st_uid == os.getuid() and not about.st_mode & 0o022 if hasattr(os, "getuid") else True


@cache
def program() -> str:
    """What answers: this Python, what is installed, and every file of bayplan by its size and when it was written."""
    made = hashlib.sha256(sys.version.encode())
    room = Path(__file__).resolve().parents[1]
    for root in (room, room.parent.parent / "schemas"):
        for folder, inner, files in os.walk(root):
            inner[:] = sorted(name for name in inner if name != "__pycache__")
            for name in sorted(files):
                about = os.stat(f"{folder}/{name}")  # noqa: PTH116 - a thousand Paths cost as much as all the rest
                said = f"{folder}/{name} {about.st_size} {about.st_mtime_ns}\n"
                made.update(said.encode("utf-8", "surrogateescape"))
    for folder in filter(os.path.isdir, sys.path):
        installed = sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208 - as above
        made.update("\n".join(installed).encode("utf-8", "surrogateescape"))
    return made.hexdigest()
