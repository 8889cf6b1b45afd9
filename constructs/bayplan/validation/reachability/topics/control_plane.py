"""The mesh's control plane: every injected proxy fetches its certificate and its configuration from istiod.

Source: <https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.mesh.injection import is_injected, istiods
from bayplan.validation.reachability.calls import ISTIOD_PORT, Call
from bayplan.validation.reachability.ends import stranger
from bayplan.validation.reachability.policy import EGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.world import World

LABELS = {"app": "istiod", "istio": "pilot", "app.kubernetes.io/name": "istiod"}
ANY_ISTIOD = stranger("istiod", None)


def proxies(world: World) -> Iterator[Call]:
    """Every pod that surely gets a proxy."""
    network = world.reach.network
    home = world.cluster.mesh.control_plane_namespace if world.cluster else "istio-system"
    istiod = stranger("istiod", home, LABELS)
    own = [network.end(pod) for one in istiods(world) for pod in world.pods.made_by(one)]
    for end in network.isolated(EGRESS):
        if end.pod is not None and is_injected(end.pod, world):
            yield Call(
                sources=(end,),
                targets=(istiod, *own),
                ports=(("TCP", ISTIOD_PORT),),
                why="its proxy gets its certificate and its routes there",
                fallback=ANY_ISTIOD,
            )
