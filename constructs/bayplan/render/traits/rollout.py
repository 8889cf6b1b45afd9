"""How a new version replaces the old one, as Deployments and pods say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.rollout import Rollout

LEAVE_SECONDS = 5
"""How long a replica still takes requests after it was told to stop: until then all proxies know that it goes."""


def strategy(rollout: Rollout, *, takes_turns: bool = False) -> Body:
    """New replicas first, none fewer than asked for at any moment; one after the other where they share a volume."""
    if takes_turns:
        return {"type": "Recreate"}
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": rollout.surge, "maxUnavailable": 0}}


def before_stop() -> Body:
    """Wait before the program is told to stop. The kubelet sleeps, so the image needs no shell.

    Source: <https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/> (`sleep` is stable since 1.34)
    """
    return {"preStop": {"sleep": {"seconds": LEAVE_SECONDS}}}


def grace_seconds(rollout: Rollout) -> int:
    """How long a replica has in all, from the order to stop until it is killed; a second at least to end by itself."""
    return LEAVE_SECONDS + max(rollout.drain_seconds, 1)
