"""What schemas are made from: schemas/sources.yaml and schemas/kinds.txt, the two files that a person writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

Schema = dict[str, Any]
"""A JSON Schema, an OpenAPI schema or a CRD: JSON whose shape its own keys tell."""


class SourceError(Exception):
    """A source gave something else than it was pinned for; the text says which and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A Go module that holds CRDs, as YAML files or as the Go types that they are generated from."""

    module: str
    """`path@version`."""
    files: tuple[str, ...] = ()
    """Globs of shipped CRD files, below the module's root."""
    generate: tuple[str, ...] = ()
    """Packages for controller-gen (`./v1`), where no CRD is shipped."""
    kinds: tuple[str, ...] = ()
    """Only these kinds; all when empty."""
    grown: tuple[str, ...] = ()
    """Kinds that have grown since: whose newer fields are no mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All of schemas/sources.yaml."""

    kubernetes: tuple[str, ...]
    """Minor versions whose core schemas are committed."""
    modules: tuple[Source, ...]


def read_sources(root: Path) -> Sources:
    """Read `sources.yaml` below `root`."""
    body = yaml.safe_load((root / "sources.yaml").read_text())
    modules = [
        Source(module=one.pop("module"), **{key: tuple(value) for key, value in one.items()}) for one in body["modules"]
    ]
    return Sources(kubernetes=tuple(body["kubernetes"]), modules=tuple(modules))


def read_kinds(root: Path) -> frozenset[str]:
    """Read `kinds.txt` below `root`: `group/version/Kind`, one a line."""
    return frozenset((root / "kinds.txt").read_text().split())
