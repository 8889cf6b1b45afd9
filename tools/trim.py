"""A module without what is not needed of it, where that is most of what would have to be compiled.

`tools/<folder>/trim.yaml` says which module, and what of it; its go.mod replaces the module by `../../.cache/trimmed/
<folder>`, which is written here before anything is built:

    module: github.com/kedacore/keda/v2@v2.21.0
    sum: h1:...                                  # of the whole module: what is trimmed is the published one
    keep: {pkg/scalers: [scaler.go]}             # the only Go files of this folder, not of those below it
    cut: {pkg/scaling/scalers_builder.go: '...'} # a pattern of what is taken out of a file, with `^` at each line
    instead: {pkg/register.go: '...'}            # the text of a file

Go lets nobody lay other files over those of its module cache (`-overlay`), so they are copied.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml
from tools.compile import CannotBuildError
from tools.golang import GO, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "trim.yaml"


def trim(home: Path, to: Path) -> None:
    """Write what the trim.yaml in `home` says into the folder `to`; nothing where there is none."""
    if not (home / NAME).exists():
        return
    said = yaml.safe_load((home / NAME).read_text())
    module, known = said["module"], said["sum"]
    found, total = _download(module)
    if total != known:
        raise CannotBuildError(f"{module} has the sum {total}, and not {known} as {NAME} says")
    shutil.rmtree(to, ignore_errors=True)
    copy(found, to, said)


def copy(module: Path, to: Path, said: Mapping[str, Any]) -> None:
    """Write a module, which lies in a folder, into another one as it is said. CannotBuildError where it is not so."""
    for file in _sources(module):
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        # its bytes alone: in Go's cache nothing may be written
        (to / file).write_bytes((module / file).read_bytes())
    _change(to, said)


def _sources(module: Path) -> list[Path]:
    """All that may be compiled, or embedded in what is."""
    folders = [(Path(folder), files) for folder, _, files in os.walk(module)]
    every = [(folder / name).relative_to(module) for folder, files in folders for name in files]
    return sorted(file for file in every if not file.name.endswith("_test.go"))


def _change(folder: Path, said: Mapping[str, Any]) -> None:
    for inner, names in said.get("keep", {}).items():
        for file in (folder / inner).glob("*.go"):
            if file.name not in names:
                file.unlink()
    for name, pattern in said.get("cut", {}).items():
        text, count = re.subn(pattern, "", (folder / name).read_text(), flags=re.MULTILINE)
        if not count:
            raise CannotBuildError(f"{NAME}: nothing in {name} is as it says")
        (folder / name).write_text(text)
    for name, text in said.get("instead", {}).items():
        (folder / name).write_text(text)


def _download(module: str) -> tuple[Path, str]:
    """Its folder in the cache of this checkout, and its sum, which our caller compares."""
    surroundings = environment() | {"GONOSUMDB": module.partition("@")[0]}
    with TemporaryDirectory() as empty:
        Path(empty, "go.mod").write_text("module empty\n\ngo 1.27\n")
        command = [str(GO), "mod", "download", "-json", module]
        done = subprocess.run(command, cwd=empty, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuildError((done.stderr or done.stdout).strip()[-600:])
    answer = json.loads(done.stdout)
    return Path(answer["Dir"]), answer["Sum"]
