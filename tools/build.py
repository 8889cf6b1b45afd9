"""Build the pinned tools into .cache/bin: `python -m tools.build [--optional] [folder ...]`, from the repository root.

A tool is a folder `tools/<folder>/` with a go.mod whose `tool` directives name the packages to build, and its go.sum;
for a program of ours that is the folder's own module. Nothing has to be registered anywhere. Where a package needs more
than `go build`, a `tool.yaml` beside go.mod says so (and a `trim.yaml` what is left out of a module: trim.py):

    go.etcd.io/etcd/server/v3: {binary: etcd}
    k8s.io/kubernetes/cmd/kube-apiserver: {ldflags: "-X k8s.io/component-base/version.gitVersion=v1.37.2"}
    github.com/yannh/kubeconform/cmd/kubeconform: {inline: true}

What is built already, from the same pins by the same Go, is left alone. What was built from other pins is removed
first: a program that is there is the pinned one. A tool that cannot be built says why, here and in
`.cache/bin/<program>.failed`, which the tests that need it give as their reason to be skipped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import yaml
from tools.compile import CannotBuildError, compile_package
from tools.golang import BIN, GO, ROOT, environment, go_version
from tools.lock import alone
from tools.trim import NAME as TRIM
from tools.trim import trim

LONGEST = "kubernetes"
"""Built first: what takes longest should fail soonest, and others use packages of it."""

NO_DEBUGGER = "-dwarf=false"
"""The linker drops what debuggers need (-s -w); not making it saves a tenth of the time and a fifth of the cache."""

NO_INLINING = "-l"
"""Saves up to two thirds of the time to compile a package. What we are measured against says `inline: true`, and is
as its makers ship it. Go's own packages are compiled in one way for all tools, so these inline always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """One program of a tool."""

    package: str
    name: str
    ldflags: str
    tags: str
    inline: bool


def folders() -> list[str]:
    """Every tool that can be built, in the order of building: the folders below tools/ that hold a go.mod."""
    names = [path.parent.name for path in (ROOT / "tools").glob("*/go.mod")]
    return sorted(names, key=lambda name: (name != LONGEST, name))


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
    """Build what a folder pins, unless it is built already; CannotBuildError with the reason otherwise.

    Two processes may do so at once: the second waits for the first, and finds it done.
    """
    with alone(BIN / f".{folder}.lock", folder):
        names = [folder]
        try:
            wanted = binaries(folder)
            names += [binary.name for binary in wanted]
            _build(folder, wanted)
        except (CannotBuildError, OSError) as why:
            for name in names:
                if not (BIN / name).exists():
                    (BIN / f"{name}.failed").write_text(f"{why}\n")
            raise CannotBuildError(str(why)) from why
        for name in names:
            (BIN / f"{name}.failed").unlink(missing_ok=True)


def _build(folder: str, wanted: list[Binary]) -> None:
    stamp, key = BIN / f"{folder}.built", _key(folder)
    if stamp.exists() and stamp.read_text() == key and all((BIN / one.name).exists() for one in wanted):
        return
    stamp.unlink(missing_ok=True)
    for binary in wanted:
        (BIN / binary.name).unlink(missing_ok=True)
    trim(ROOT / "tools" / folder, BIN.parent / "trimmed" / folder)
    for binary in wanted:
        compile_package(binary.package, to=BIN / binary.name, folder=ROOT / "tools" / folder, options=_options(binary))
    stamp.write_text(key)


def _options(binary: Binary) -> list[str]:
    """What `go build` is told. Go's own packages are compiled in one way for all tools: they share them."""
    ours = NO_DEBUGGER if binary.inline else f"{NO_DEBUGGER} {NO_INLINING}"
    compiled = ["-gcflags", f"all={ours}", "-gcflags", f"std={NO_DEBUGGER}"]
    return ["-ldflags", binary.ldflags, "-tags", binary.tags, *compiled]


def _binary(package: str, about: dict[str, Any]) -> Binary:
    last = re.sub(r"/v\d+$", "", package).rpartition("/")[2]
    return Binary(
        package=package,
        name=about.get("binary", last),
        ldflags=f"-s -w {about.get('ldflags', '')}".strip(),
        tags=about.get("tags", ""),
        inline=about.get("inline", False),
    )


def _key(folder: str) -> str:
    """Everything that decides what the binaries are."""
    digest = hashlib.sha256(f"{go_version()} {sys.platform} {platform.machine()}\n".encode())
    home = ROOT / "tools" / folder
    for path in (home / "go.mod", home / "go.sum", home / "tool.yaml", *home.glob(TRIM), *sorted(home.rglob("*.go"))):
        digest.update(path.read_bytes() if path.exists() else b"\0")
    return digest.hexdigest() + "\n"


def main(arguments: list[str]) -> int:
    """Build what is asked for, or all; 1 when something could not be built, unless it was optional."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build the pinned tools.")
    parser.add_argument("folder", nargs="*", help=f"which of {', '.join(folders())}; all by default")
    parser.add_argument("--optional", action="store_true", help="succeed all the same: tests skip what is missing")
    asked = parser.parse_args(arguments)
    if strangers := sorted(set(asked.folder) - set(folders())):
        parser.error(f"no tools/{strangers[0]}/go.mod; there is {', '.join(folders())}")
    lost, wanted = 0, asked.folder or folders()
    for folder in wanted:
        try:
            build(folder)
        except (CannotBuildError, OSError) as why:
            lost += 1
            print(f"  {folder}: cannot be built: {why}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print(f"  {folder}: stopped; what is built already stays", file=sys.stderr, flush=True)
            return 130
    print(f"  {len(wanted) - lost} of {len(wanted)} tools are built, in {BIN}", flush=True)
    return 1 if lost and not asked.optional else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # make, CI and `timeout` stop us this way
    sys.exit(main(sys.argv[1:]))
