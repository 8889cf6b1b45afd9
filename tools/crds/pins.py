"""From the name of a controller to the sources of its CRDs, each with the sum that its module must have."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from tools.crds.table import FLUX, MODULES, UNPINNED
from tools.golang import ROOT
from tools.schemas.source import Source, SourceError, read_sources

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One source and the sum that Go must find for its module."""

    source: Source
    sum: str


def names() -> list[str]:
    """Every controller whose CRDs can be made."""
    return sorted({"flux", *MODULES})


def declared(clusters: Path) -> list[str]:
    """The controllers that any cluster below `clusters` names."""
    bodies = [yaml.safe_load(file.read_text()) for file in sorted(clusters.glob("*/cluster.yaml"))]
    return sorted({name for body in bodies for name in body.get("controllers") or ()})


def pins(controller: str) -> tuple[Pin, ...]:
    """Where the CRDs of a controller come from. SourceError with the reason where that is nowhere."""
    if controller == "flux":
        return tuple(_flux(name) for name in FLUX)
    if controller not in MODULES:
        why = UNPINNED.get(controller, "no controller of that name is in tools/crds/table.py")
        raise SourceError(f"{why}; there is {', '.join(names())}")
    sums = json.loads((ROOT / "schemas" / "lock.json").read_text())["modules"]
    sources = read_sources(ROOT / "schemas").modules
    found = [one for one in sources if one.module.partition("@")[0] in MODULES[controller]]
    return tuple(Pin(source=one, sum=sums[one.module]) for one in found)


def _flux(name: str) -> Pin:
    """What tools/flux/ builds the controller from."""
    module, home = f"github.com/fluxcd/{name}", ROOT / "tools" / "flux"
    line = re.search(rf"^{re.escape(module)} (v\S+) (h1:\S+)$", (home / "go.sum").read_text(), re.MULTILINE)
    if line is None:
        raise SourceError(f"tools/flux/go.sum does not name {module}")
    version, known = line.groups()
    return Pin(source=Source(module=f"{module}@{version}", files=("config/crd/bases/*.yaml",)), sum=known)
