"""How replicas keep apart, as a pod says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.spread import Spread

_WHEN = {"must": "DoNotSchedule", "should": "ScheduleAnyway"}


def spread_constraints(spread: Spread, selector: dict[str, str]) -> list[Body] | None:
    """Topology spread over zones and machines, for each version alone: a rollout is not in its own way."""
    wanted = (("topology.kubernetes.io/zone", spread.zones), ("kubernetes.io/hostname", spread.hosts))
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": _WHEN[strength],
            "labelSelector": {"matchLabels": selector},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key, strength in wanted
        if strength != "off"
    ] or None
