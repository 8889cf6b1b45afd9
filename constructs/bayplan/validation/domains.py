"""How many places of a kind there are for pods: zones, nodes, or whatever else a label of nodes tells apart.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.nodes import PREFIXES_OF_PROGRAMS, refusal

if TYPE_CHECKING:
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

HOSTNAME = "kubernetes.io/hostname"


def places(pod: Pod, key: str, world: World) -> int | None:
    """In how many places, told apart by a label, a pod may run; None where nobody says.

    Nodes are counted as often as their pools may have them at the most. No pool that takes the pod means no answer:
    another rule says so.
    """
    taking = [node for node in world.nodes.values() if refusal(pod, node) is None]
    if not taking or world.cluster is None:
        return None
    if key == HOSTNAME:
        pools = {node.machine.pool for node in taking}
        return sum(pool.nodes.max for pool in world.cluster.pools if pool.name in pools)
    if key.startswith(PREFIXES_OF_PROGRAMS) and not any(key in node.labels for node in taking):
        return None
    return len({value for node in taking for value in node.labels.get(key, ())})
