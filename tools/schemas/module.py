"""CRDs out of pinned Go modules, by the ordinary Go client, which checks every sum against the checksum database."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.build import build
from tools.golang import BIN, GO, environment
from tools.schemas.source import Source, SourceError
from tools.schemas.yaml12 import load_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.schemas.source import Schema


def gather(sources: Iterable[Source]) -> tuple[dict[str, Schema], dict[str, str]]:
    """All CRDs by name, with where they come from under `bayplan`, and the sum of every module.

    A source that holds none, or one that another source gave already, is an error: nothing may get lost in silence.
    """
    crds: dict[str, Schema] = {}
    sums: dict[str, str] = {}
    for source in sources:
        folder, sums[source.module] = download(source.module)
        found = {
            body["metadata"]["name"]: body["spec"] | {"bayplan": {"module": source.module, "path": path}}
            for path, body in read_crds(source, folder)
        }
        if not found:
            raise SourceError(f"{source.module}: no CRD where sources.yaml says")
        if twice := sorted(found.keys() & crds.keys()):
            raise SourceError(f"{source.module}: {', '.join(twice)} came already from another module")
        crds |= found
        print(f"  {source.module}: {len(found)} CRDs", flush=True)
    return crds, sums


def download(module: str) -> tuple[Path, str]:
    """The module's folder in the cache of this checkout, and its h1 sum."""
    with tempfile.TemporaryDirectory() as empty:
        answer = json.loads(_run(GO, "mod", "download", "-json", module, folder=_empty_module(empty)))
    return Path(answer["Dir"]), answer["Sum"]


def read_crds(source: Source, folder: Path) -> Iterator[tuple[str, Schema]]:
    """Every CRD of a source whose module lies in `folder`, as it is written there, with the path of its file."""
    texts = _generated(source) if source.generate else _shipped(source, folder)
    for path, text in texts:
        for body in load_all(text):
            if not isinstance(body, dict) or body.get("kind") != "CustomResourceDefinition":
                continue
            kind = body["spec"]["names"]["kind"]
            if kind in source.grown:
                for version in body["spec"]["versions"]:
                    open_up(version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"])
            if not source.kinds or kind in source.kinds:
                yield path, body


def open_up(properties: dict[str, Schema]) -> None:
    """Let fields pass that are not known, and objects without one that was needed."""
    for schema in properties.values():
        if below := schema.get("properties"):
            schema["x-kubernetes-preserve-unknown-fields"] = True
            schema.pop("required", None)
            open_up(below)


def _shipped(source: Source, folder: Path) -> Iterator[tuple[str, str]]:
    for pattern in source.files:
        paths = sorted(folder.glob(pattern))
        if not paths:
            raise SourceError(f"{source.module}: no file {pattern}")
        for path in paths:
            yield path.relative_to(folder).as_posix(), path.read_text()


def _generated(source: Source) -> Iterator[tuple[str, str]]:
    """What controller-gen makes of the module alone: so PodSpec is of its own k8s.io/api, not of the newest."""
    path = source.module.partition("@")[0]
    packages = [f"paths={path}{package.removeprefix('.')}" for package in source.generate]
    with tempfile.TemporaryDirectory() as empty:
        folder = _empty_module(empty)
        _run(GO, "get", source.module, folder=folder)
        _run(BIN / "controller-gen", "crd:maxDescLen=0", *packages, "output:crd:dir=out", folder=folder)
        for file in sorted((folder / "out").glob("*.yaml")):
            yield "controller-gen", file.read_text()


def build_controller_gen() -> None:
    """Make sure that the pinned controller-gen is there."""
    BIN.mkdir(parents=True, exist_ok=True)
    build("controller-gen")


def _empty_module(folder: str) -> Path:
    Path(folder, "go.mod").write_text("module empty\n\ngo 1.27\n")
    return Path(folder)


def _run(*command: str | Path, folder: Path) -> str:
    """Run in `folder`, whose empty go.mod Go may write; SourceError with its last words when it fails."""
    surroundings = environment()
    surroundings["GOFLAGS"] += " -mod=mod"
    # controller-gen starts `go` by its name
    surroundings["PATH"] = f"{GO.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"{' '.join(str(word) for word in command)}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout
