"""Words that a cluster's Karpenter is too old for: it would refuse the objects, or never look at them.

Source: <https://karpenter.sh/docs/upgrading/upgrade-guide/>, and the feature gates in <https://karpenter.sh/docs/reference/settings/>.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.controller import version_of
from bayplan.spec.karpenter import KARPENTER
from bayplan.spec.provisioning import is_karpenters
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster, Pool

Version = tuple[int, int]
GATES: dict[str, Version] = {"NodeOverlay": (1, 7), "StaticCapacity": (1, 8)}
BALANCED: Version = (1, 14)
PLACEMENT_GROUPS: Version = (1, 11)
RESERVATIONS: Version = (1, 3)


def disagreements(cluster: Cluster) -> Iterator[Wrong]:
    """What the version among the controllers does not know yet; versions before 1.0 are refused as a whole."""
    said = cluster.controllers.get(KARPENTER)
    if said is None or cluster.karpenter is None or version_of(said) < (1, 0):
        return
    for number, gate in enumerate(cluster.karpenter.gates):
        yield from _younger(said, GATES[gate], f"the gate {gate}", f"/karpenter/gates/{number}")
    for number, pool in enumerate(cluster.pools):
        if is_karpenters(cluster, pool):
            for word, version, at in _asked(pool):
                yield from _younger(said, version, word, f"/pools/{number}{at}")


def _asked(pool: Pool) -> Iterator[tuple[str, Version, str]]:
    """What a pool asks for that not every version has, since when, and where it says so."""
    upkeep = pool.upkeep
    if upkeep.consolidate == "balanced":
        yield "consolidation that is balanced", BALANCED, "/upkeep/consolidate"
    if upkeep.placement_group:
        yield "placement groups", PLACEMENT_GROUPS, "/upkeep/placement_group"
    if pool.capacity == "reserved":
        yield "reserved capacity", RESERVATIONS, "/capacity"


def _younger(said: str, version: Version, what: str, at: str) -> Iterator[Wrong]:
    if version_of(said) < version:
        since = ".".join(map(str, version))
        fix = f"Upgrade it to {since} or newer, or leave this out."
        yield Wrong(what=f"karpenter {said} does not know {what}, which came with {since}", fix=fix, at=at)
