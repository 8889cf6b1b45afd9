"""The pods that a workload runs, in groups of pods that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayplan.spec.traits.spread import Spread

if TYPE_CHECKING:
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.resources import Resources


ANYWHERE = Spread(zones="off", hosts="off")
"""Pods that need not keep apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pods that are alike: what one of them needs, and how many there are. This is what the plan seats."""

    name: str = ""
    """Name among the groups of the workload; "" where it has only one. The plan calls it `app/workload@name`."""
    resources: Resources
    accelerator: Accelerator | None = None
    pods_min: int
    """Pods at the lowest load; 0 for what runs only now and then."""
    pods_max: int
    """Pods at the highest load, where everything runs at once."""
    surge: int = 0
    """Pods above these while a new version comes."""
    spread: Spread = ANYWHERE
    gang: Literal["zone", "network"] | None = None
    """All pods or none, together in one zone, or on one fast network in it."""
    party: bool = False
    """Whether its gang is one with those of the workload's other groups that say so, too."""
    survives: Literal["node", "zone"] | None = None
    """What may be lost, after which all pods still find room."""
