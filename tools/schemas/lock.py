"""schemas/lock.json: what every file was made from and what it must be, so that drift is seen without a network."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import jsonschema_rs

from tools.schemas.file import write_index

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ("kinds.txt", "sources.yaml")
MADE = ("crds", "kubernetes")


def write_lock(root: Path, *, modules: dict[str, str], packages: dict[str, str]) -> None:
    """Note the sum of every module, the version of every package, and the hash of every input and file."""
    sums = {
        "modules": modules,
        "packages": packages,
        "inputs": _hashes(root, inputs(root)),
        "files": _hashes(root, made(root)),
    }
    write_index(root / "lock.json", sums)


def made(root: Path) -> list[Path]:
    """Every generated file that is there."""
    return sorted(path for folder in MADE for path in (root / folder).rglob("*") if path.is_file())


def inputs(root: Path) -> list[Path]:
    """The files that people write."""
    return [root / name for name in INPUTS]


def drift(root: Path) -> list[str]:
    """What is not as the lock says, in sentences; empty when all is well. Needs no network."""
    said = json.loads((root / "lock.json").read_text())
    told = _differences(
        said["inputs"], _hashes(root, inputs(root)), changed="was changed, but the schemas were not made anew"
    )
    told += _differences(said["files"], _hashes(root, made(root)), changed="was edited by hand")
    return told + [f"{name} does not compile: {why}" for name, why in _broken(root)]


def differences(committed: Path, fresh: Path) -> list[str]:
    """What regeneration gave otherwise, in sentences."""
    names = [*MADE, "lock.json"]
    files = [
        {path.relative_to(root).as_posix(): path.read_bytes() for name in names for path in _below(root / name)}
        for root in (committed, fresh)
    ]
    return _differences(files[1], files[0], changed="is not what its source gives")


def _below(path: Path) -> list[Path]:
    return [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]


def _differences(
    said: dict[str, str] | dict[str, bytes], found: dict[str, str] | dict[str, bytes], *, changed: str
) -> list[str]:
    told = [f"{name} is missing" for name in sorted(said.keys() - found.keys())]
    told += [f"{name} does not belong here" for name in sorted(found.keys() - said.keys())]
    return told + [f"{name} {changed}" for name in sorted(said.keys() & found.keys()) if said[name] != found[name]]


def _hashes(root: Path, paths: list[Path]) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _broken(root: Path) -> list[tuple[str, str]]:
    """Schemas that are no schemas."""
    found: list[tuple[str, str]] = []
    for path in made(root):
        if path.name == "index.json":
            continue
        try:
            jsonschema_rs.Draft7Validator(json.loads(path.read_bytes()), validate_formats=True)
        except ValueError as why:
            found.append((path.relative_to(root).as_posix(), str(why).partition("\n")[0]))
    return found
