"""Write the upstream CRDs of controllers into .cache/crds/. From the repository root:

python -m tools.crds                 those that any cluster of clusters/ declares, and those that a lab can run
python -m tools.crds kueue kserve    those of these controllers
python -m tools.crds --all           all that are pinned

The modules are those of schemas/sources.yaml, and for Flux those that its controllers are built from; Go checks their
sums, and so does this. A CRD is kept as upstream ships it, CEL rules and all, but for what only works in a cluster with
the controller in it: conversion by webhook becomes None, since nothing in a lab answers there, so that only the version
that is stored can be trusted where versions differ. What is made already from the same pins is left alone, and needs no
network. What cannot be made says why, here and in `.cache/crds/<controller>.failed`.

Of controllers that a lab may run, `.cache/install/<controller>.json` has the webhooks and whatever else they need.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

from tools.compile import CannotBuildError
from tools.crds.install import installed
from tools.crds.pins import declared, names, pins
from tools.crds.table import INSTALLS
from tools.golang import CACHE, ROOT
from tools.lock import alone
from tools.schemas.module import build_controller_gen, download, read_crds
from tools.schemas.source import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from tools.crds.pins import Pin

CRDS = CACHE / "crds"
FORM = 1
"""Raised when what is written changes for the same pins."""


def make(controller: str) -> None:
    """Write a controller's CRDs, unless they are there. SourceError or CannotBuildError with the reason otherwise."""
    with alone(CRDS / ".lock", controller):
        failed = CRDS / f"{controller}.failed"
        try:
            _make(controller)
        except (SourceError, CannotBuildError, OSError) as why:
            failed.write_text(f"{why}\n")
            raise
        failed.unlink(missing_ok=True)


def _make(controller: str) -> None:
    file, stamp = CRDS / f"{controller}.json", CRDS / f"{controller}.made"
    wanted = pins(controller)
    folders = INSTALLS.get(controller, ())
    key = hashlib.sha256(f"{FORM} {wanted}{folders or ''}".encode()).hexdigest() + "\n"
    beside = CRDS.parent / "install" / file.name
    files = (file, beside) if folders else (file,)
    if all(one.is_file() for one in files) and stamp.is_file() and stamp.read_text() == key:
        return
    for old in (stamp, *files):
        old.unlink(missing_ok=True)
    crds = sorted((crd for pin in wanted for crd in _gather(pin)), key=lambda crd: str(crd["metadata"]["name"]))
    if folders:
        _write(beside, installed(wanted[0].source.module, folders))
    _write(file, crds)
    stamp.write_text(key)
    print(f"  {controller}: {len(crds)} CRDs of {', '.join(pin.source.module for pin in wanted)}", flush=True)


def _write(file: Path, bodies: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.stem}.new")
    new.write_text(json.dumps(bodies, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
    new.replace(file)


def _gather(pin: Pin) -> list[dict[str, Any]]:
    if pin.source.generate:
        build_controller_gen()
    folder, found = download(pin.source.module)
    if found != pin.sum:
        raise SourceError(f"{pin.source.module} has the sum {found}, and not {pin.sum} as pinned")
    crds = [_standalone(body) for _, body in read_crds(pin.source, folder)]
    if not crds:
        raise SourceError(f"{pin.source.module}: no CRD in {', '.join(pin.source.files or pin.source.generate)}")
    return crds


def _standalone(crd: dict[str, Any]) -> dict[str, Any]:
    """A CRD that works without its controller."""
    kept = {key: value for key, value in crd.items() if key != "status"}
    kept["metadata"] = {key: value for key, value in crd["metadata"].items() if key != "creationTimestamp"}
    kept["spec"] = crd["spec"] | {"conversion": {"strategy": "None"}}
    return kept


def main(arguments: list[str]) -> int:
    """Make what is asked for; 1 when the CRDs of a controller could not be made, unless that was optional."""
    parser = argparse.ArgumentParser(prog="python -m tools.crds", description="Write upstream CRDs into .cache/crds/.")
    parser.add_argument("controller", nargs="*", help="by default those that any cluster declares or a lab can run")
    parser.add_argument("--all", action="store_true", help=f"{', '.join(names())}")
    parser.add_argument("--optional", action="store_true", help="succeed all the same: tests skip what is missing")
    asked = parser.parse_args(arguments)
    wanted = names() if asked.all else asked.controller or sorted({*declared(ROOT / "clusters"), *INSTALLS})
    lost = 0
    for controller in wanted:
        try:
            make(controller)
        except (SourceError, CannotBuildError, OSError) as why:
            lost += 1
            print(f"  no CRDs of {controller}: {why}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print(f"  {controller}: stopped; what is made already stays", file=sys.stderr, flush=True)
            return 130
    print(f"  the CRDs of {len(wanted) - lost} of {len(wanted)} controllers are in {CRDS}", flush=True)
    return 1 if lost and not asked.optional else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
