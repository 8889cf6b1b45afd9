"""Build the pinned judges into .cache/bin: `python -m tools.build [--optional] [folder ...]`, from the repository root.

A judge is a folder `tools/<folder>/` with a go.mod whose `tool` directives name the packages to build, and its go.sum.
Nothing has to be registered anywhere. Where a package needs more than `go build`, a `tool.yaml` beside go.mod says so:

    go.etcd.io/etcd/server/v3: {binary: etcd}
    k8s.io/kubernetes/cmd/kube-apiserver: {ldflags: "-X k8s.io/component-base/version.gitVersion=v1.37.2"}

What is built already, from the same pins by the same Go, is left alone. A judge that cannot be built says why, here and
in `.cache/bin/<folder>.failed`, which the tests that need it give as their reason to be skipped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from tools.golang import BIN, GO, ROOT, environment, go_version

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """One program of a judge."""

    package: str
    name: str
    ldflags: str
    tags: str


class CannotBuildError(Exception):
    """A judge could not be built; the text says why."""


def folders() -> list[str]:
    """Every judge that can be built: the folders below tools/ that hold a go.mod."""
    return sorted(path.parent.name for path in (ROOT / "tools").glob("*/go.mod"))


def binaries(folder: str) -> list[Binary]:
    """The programs that a folder's go.mod names, with what its tool.yaml says about them."""
    if not GO.exists():
        raise CannotBuildError(f"{GO} is not there: run `make setup`")
    home = ROOT / "tools" / folder
    answer = subprocess.run(
        [GO, "mod", "edit", "-json"], cwd=home, env=environment(), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise CannotBuildError(answer.stderr.strip())
    extra = home / "tool.yaml"
    about = yaml.safe_load(extra.read_text()) if extra.exists() else {}
    packages = [tool["Path"] for tool in json.loads(answer.stdout).get("Tool") or ()]
    if not packages:
        raise CannotBuildError("its go.mod has no `tool` directive")
    if unknown := sorted(set(about) - set(packages)):
        raise CannotBuildError(f"tool.yaml speaks of {', '.join(unknown)}, which go.mod does not name as a tool")
    return [_binary(package, about.get(package, {})) for package in packages]


def build(folder: str) -> None:
    """Build what a folder pins, unless it is built already; CannotBuildError with the reason otherwise."""
    failed = BIN / f"{folder}.failed"
    failed.unlink(missing_ok=True)
    try:
        wanted = binaries(folder)
        stamp, key = BIN / f"{folder}.built", _key(folder)
        ready = stamp.exists() and stamp.read_text() == key and all((BIN / one.name).exists() for one in wanted)
        for binary in [] if ready else wanted:
            _build(folder, binary)
        stamp.write_text(key)
    except (CannotBuildError, OSError) as why:
        failed.write_text(f"{why}\n")
        raise CannotBuildError(str(why)) from why


def _binary(package: str, about: dict[str, str]) -> Binary:
    last = re.sub(r"/v\d+$", "", package).rpartition("/")[2]
    return Binary(
        package=package,
        name=about.get("binary", last),
        ldflags=f"-s -w {about.get('ldflags', '')}".strip(),
        tags=about.get("tags", ""),
    )


def _key(folder: str) -> str:
    """Everything that decides what the binaries are."""
    digest = hashlib.sha256(f"{go_version()} {sys.platform} {platform.machine()}\n".encode())
    for name in ("go.mod", "go.sum", "tool.yaml"):
        path = ROOT / "tools" / folder / name
        digest.update(path.read_bytes() if path.exists() else b"\0")
    return digest.hexdigest() + "\n"


def _build(folder: str, binary: Binary) -> None:
    began = time.monotonic()
    print(f"  {binary.name}: building", flush=True)
    new = BIN / f".{binary.name}.{os.getpid()}"
    options = ["-v", "-ldflags", binary.ldflags, "-tags", binary.tags, "-o", str(new)]
    command = [str(GO), "build", *options, binary.package]
    home, surroundings = ROOT / "tools" / folder, environment()
    try:
        with subprocess.Popen(command, cwd=home, env=surroundings, stderr=subprocess.PIPE, text=True) as process:
            told = _follow(process.stderr or (), binary.name)
        if process.returncode:
            raise CannotBuildError(told or f"go build ended with {process.returncode}")
        new.replace(BIN / binary.name)
    finally:
        new.unlink(missing_ok=True)
    print(f"  {binary.name}: built in {time.monotonic() - began:.0f} s", flush=True)


def _follow(lines: Iterable[str], name: str) -> str:
    """Count the packages as Go names them, every ten seconds a line; what is no package name is what went wrong."""
    told, packages, last = [], 0, time.monotonic()
    for line in lines:
        if line.startswith("go: downloading") or re.fullmatch(r"[\w./~-]+\n?", line):
            packages += 1
        else:
            told.append(line)
        if time.monotonic() - last > 10:
            last = time.monotonic()
            print(f"  {name}: {packages} packages so far", flush=True)
    return "".join(told[-12:]).strip()


def main(arguments: list[str]) -> int:
    """Build what is asked for, or all; 1 when something could not be built, unless it was optional."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build the pinned judges.")
    parser.add_argument("folder", nargs="*", help=f"which of {', '.join(folders())}; all by default")
    parser.add_argument("--optional", action="store_true", help="succeed all the same: tests skip what is missing")
    asked = parser.parse_args(arguments)
    BIN.mkdir(parents=True, exist_ok=True)
    if strangers := sorted(set(asked.folder) - set(folders())):
        parser.error(f"no tools/{strangers[0]}/go.mod; there is {', '.join(folders())}")
    lost = 0
    for folder in asked.folder or folders():
        try:
            build(folder)
        except CannotBuildError as why:
            lost += 1
            print(f"  {folder}: cannot be built: {why}", file=sys.stderr, flush=True)
    return 1 if lost and not asked.optional else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
