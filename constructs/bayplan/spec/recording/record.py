"""Starts the stage and reads what the app files said there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import bayplan
from bayplan.complaint import Complaint
from bayplan.spec.said import Said, Unplain
from bayplan.spec.source import Place, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD, UNPLAIN = "$word", "$unplain"
"""As the recorder writes them; not imported from there, since only the stage needs what lies behind it."""


class Stage:
    """The process in which app files run; it starts at once and is asked for its answer later."""

    def __init__(self, root: Path, files: Sequence[str], seconds: float) -> None:
        self._files = tuple(files)
        self._seconds = seconds
        request = {"root": str(root), "files": self._files, "seconds": seconds, "at_once": os.cpu_count() or 2}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-s",
                "-S",
                "-B",
                "-P",
                "-X",
                "utf8",
                "-W",
                "ignore",
                "-m",
                "bayplan.spec.recording.stage",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env=_environment(),
        )
        with self._pipe(self._process.stdin) as stdin:
            stdin.write(json.dumps(request).encode())

    def answer(self, complaints: list[Complaint]) -> list[Source]:
        """What the files said, each that could be used; waits for them."""
        told = self._pipe(self._process.stdout).read()
        if self._process.wait():
            fix = "What failed stands above; a full disk for temporary files is the usual reason."
            complaints.append(Complaint(file="apps", line=0, what="the Python apps could not be run", fix=fix))
            return []
        sources = []
        for file, answer in zip(self._files, json.loads(told), strict=True):
            source = self._read(file, answer, complaints)
            if source:
                sources.append(source)
        return sources

    def close(self) -> None:
        """End the process, whether it was asked or not."""
        with self._process as process:
            process.terminate()

    def _pipe(self, pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise AssertionError("was asked for when the process was started")
        return pipe

    def _read(self, file: str, answer: dict[str, str | int | bool], complaints: list[Complaint]) -> Source | None:
        result = _parse(str(answer["text"]))
        if result is None or answer["stray"]:
            what, fix = self._fault(answer, result is None)
            complaints.append(Complaint(file=file, line=0, what=what, fix=fix))
            return None
        complaints.extend(Complaint(**wrong) for wrong in result["complaints"])
        if result["complaints"]:
            return None
        places = {pointer: Place(file=at[0], line=at[1]) for pointer, at in result["places"].items()}
        return Source(file=file, said=result["said"], places=places)

    def _fault(self, answer: dict[str, str | int | bool], silent: bool) -> tuple[str, str]:
        plain = "An app file only says what the app needs: nothing may happen while it is read."
        if answer["stray"]:
            return f"the app writes {str(answer['stray']).strip()[:60]!r} to its output", plain
        if answer["late"]:
            return f"the app did not end within {self._seconds:g} s", plain
        if silent and answer["code"] == 0:
            return "the app says more than 8 MiB, or broke off", plain
        return f"the app ended with {_ending(int(answer['code']))} before it had said all", plain


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _environment() -> dict[str, str]:
    # nothing of the caller's environment: it must not decide what an app says
    # looked for, not imported: that would take as long as the stage itself
    pydantic = find_spec("pydantic")
    homes = {str(Path(file).parents[1]) for file in (bayplan.__file__, pydantic and pydantic.origin) if file}
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(sorted(homes)),
        "PYTHONHASHSEED": "0",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _parse(text: str) -> dict[str, Any] | None:
    def revive(part: dict[str, Any]) -> object:
        if UNPLAIN in part:
            return Unplain(part[UNPLAIN])
        word = part.pop(WORD, None)
        return part if word is None else Said(str(word), part)

    try:
        result = json.loads(text, object_hook=revive)
    except ValueError:
        return None
    return result if isinstance(result, dict) and "complaints" in result else None
