"""flux-build: the program that builds as kustomize-controller does, from tools/flux-build/.

It is never looked for in the tree that is judged: what lies there is not to be run.
"""

from __future__ import annotations

import json
import os
import posixpath
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import bayplan
from bayplan.validation.flux.beyond import Beyond
from bayplan.validation.kustomize import join

if TYPE_CHECKING:
    import subprocess
    import tempfile
    from collections.abc import Mapping

    from bayplan.manifests.inventory import Inventory

NAME = "flux-build"
VARIABLE = "BAYPLAN_PARTS"
"""Environment variable that names the `.cache` of a checkout in which `make tools` has run."""
LONGEST_S = 60
"""The program gives up on a build by itself; this is for one that cannot even do that."""
MOST_STARTS = 5
ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one folder becomes."""

    objects: list[dict[str, Any]]
    """Each with `object`, `file` and more, as the program tells them."""
    missing: tuple[str, ...] = ()
    """Addresses of what it is made of and is not in the tree: the objects are those without it."""
    error: str = ""
    why: str = ""
    """Kind of the error: `build`, `remote`, `outside`, `limit`, or ABSENT."""


def find() -> Path | None:
    """The program, of this checkout or of the one that $BAYPLAN_PARTS names."""
    said = os.environ.get(VARIABLE)
    folder = Path(said) if said else Path(bayplan.__file__).resolve().parents[2] / ".cache"
    program = folder / "bin" / NAME
    return program if program.is_file() else None


class Builder:
    """One tree and the program that builds its folders; started once, when first asked."""

    def __init__(self, inventory: Inventory, beyond: Beyond | None = None) -> None:
        self._inventory = inventory
        self._beyond = beyond or Beyond(inventory.place)
        self._program = find()
        self._process: subprocess.Popen[str] | None = None
        self._written: tempfile.TemporaryDirectory[str] | None = None
        self._starts = 0
        self._root = ""
        self._told: dict[str, Answer] = {}

    @property
    def is_there(self) -> bool:
        """Whether anything can be built: the program and the files."""
        return self._program is not None and (self._inventory.place is not None or bool(self._inventory.texts))

    def ask(self, question: Mapping[str, Any]) -> Answer:
        """Build a folder; if that leads out of the tree, as a part of the repository around it."""
        if not self.is_there:
            return Answer(objects=[], error="", why=ABSENT)
        answer = self._ask({"root": self._folder(), **question})
        if answer.why != "outside" or self._beyond.top is None:
            return answer
        below = self._beyond.below
        answer = self._ask({**question, "root": str(self._beyond.top), "path": join(below, str(question["path"]))})
        for one in answer.objects:
            one["file"] = posixpath.relpath(one.get("file", ""), below)
        return answer

    def _ask(self, question: Mapping[str, Any]) -> Answer:
        """The same question is asked once."""
        try:
            line = json.dumps(question, allow_nan=False)
        except (ValueError, TypeError, RecursionError, OSError) as error:
            return Answer(objects=[], error=str(error), why="limit")
        if line not in self._told:
            self._told[line] = self._exchange(line)
        return self._told[line]

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._written is not None:
            self._written.cleanup()
            self._written = None

    def _folder(self) -> str:
        if not self._root and self._inventory.place is not None:
            self._root = str(self._inventory.place.root)
        if not self._root:
            import tempfile  # noqa: PLC0415 - most trees are in a folder

            self._written = tempfile.TemporaryDirectory(prefix="bayplan-")
            self._root = str(Path(self._written.name).resolve())
            for file, text in self._inventory.texts.items():
                path = Path(self._root, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return self._root

    def _exchange(self, line: str) -> Answer:
        process = self._running()
        if process is None or process.stdin is None or process.stdout is None:
            return Answer(objects=[], error="it failed too often", why="limit")
        watch = Timer(LONGEST_S, process.kill)
        watch.start()
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline() or "{}")
        except (OSError, ValueError):
            told = {}
        finally:
            watch.cancel()
        if not told:
            return Answer(objects=[], error="the build needs too much time or memory", why="limit")
        return Answer(
            objects=told.get("objects") or [],
            missing=tuple(told.get("missing") or ()),
            error=told.get("error", ""),
            why=told.get("why", ""),
        )

    def _running(self) -> subprocess.Popen[str] | None:
        if self._process is not None and self._process.poll() is not None:
            self._process.communicate()
            self._process = None
        if self._process is None and self._starts < MOST_STARTS and self._program is not None:
            import subprocess  # noqa: PLC0415 - most trees need no program
            import tempfile  # noqa: PLC0415

            self._starts += 1
            self._process = subprocess.Popen(
                [self._program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={"TMPDIR": tempfile.gettempdir()},
            )
        return self._process
