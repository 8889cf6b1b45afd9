"""What one cluster is given, and by which Flux Kustomization."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref


class Failure(NamedTuple):
    """A build that cannot be made."""

    why: str
    """Kind of the failure, as the program tells it: `build` is the author's, all others are ours."""
    error: str


@dataclass(kw_only=True)
class Delivered:
    """What Flux Kustomizations lead to, and those in what they lead to, and so on."""

    files: dict[str, str] = field(default_factory=dict)
    """File that is applied, to what changes it on the way and could not be made, in words; "" for nothing."""
    doubts: dict[str, str] = field(default_factory=dict)
    """File to why it may be applied and is not known how, in words."""
    consumed: set[str] = field(default_factory=set)
    """Files that were built: what became of their objects is in `built`."""
    kustomizations: set[str] = field(default_factory=set)
    """Every kustomization.yaml that was built."""
    built: list[Manifest] = field(default_factory=list)
    beginnings: set[str] = field(default_factory=set)
    """Files of the Kustomizations that no other one applies."""
    gaps: list[str] = field(default_factory=list)
    """What could not be followed, in words: there the tree ends and somebody else's begins."""
    owners: dict[int, list[Manifest]] = field(default_factory=dict)
    """Object, by identity, to the Flux Kustomizations that apply it."""
    applied_by: dict[Ref, Manifest | None] = field(default_factory=dict)
    """Flux Kustomization to the one that applies it; None for those that are there from the beginning."""
    failures: dict[Ref, Failure] = field(default_factory=dict)
    unbuilt: Ref | None = None
    """The first Flux Kustomization that was not built because the program is not there."""
