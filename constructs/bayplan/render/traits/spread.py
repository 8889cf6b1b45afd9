"""How replicas keep apart, as a pod says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.workloads.server import Server

NEVER_SO_MANY = 1_000_000
"""Machines. With fewer than `minDomains` of them the scheduler takes the emptiest for empty, so `maxSkew` is what one
machine may hold, however few there are: <https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/>
"""
_WHEN = {"must": "DoNotSchedule", "should": "ScheduleAnyway"}


def spread_constraints(workload: Server, selector: dict[str, str], *, even: bool = False) -> list[Body] | None:
    """Topology spread over zones and machines, for each version alone: a rollout is not in its own way.

    A gang stands in one zone, and is spread over none. `even` is what the plan counts on, whatever the workload says.
    """
    spread = workload.spread
    zones = "off" if workload.gang else spread.zones
    wanted = (("topology.kubernetes.io/zone", zones), ("kubernetes.io/hostname", spread.hosts))
    firm = _licence(spread.most_per_node, selector) if spread.most_per_node else _even(selector) if even else []
    kept = [(key, strength) for key, strength in wanted if strength != "off"]
    if firm:  # it is spread enough, and Kubernetes takes one rule that must be kept
        dropped = ("must", "should") if even else ("must",)
        kept = [(key, strength) for key, strength in kept if key != "kubernetes.io/hostname" or strength not in dropped]
    spreading = [
        {
            "maxSkew": spread.zone_skew if key == "topology.kubernetes.io/zone" else 1,
            "topologyKey": key,
            "whenUnsatisfiable": _WHEN[strength],
            "labelSelector": {"matchLabels": selector},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key, strength in kept
    ]
    return [*spreading, *firm] or None


def _licence(most: int, selector: dict[str, str]) -> list[Body]:
    """At most so many replicas on a machine, those of all versions counted together: a licence knows no versions."""
    return [
        {
            "maxSkew": most,
            "minDomains": NEVER_SO_MANY,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": selector},
        }
    ]


def _even(selector: dict[str, str]) -> list[Body]:
    """No machine holds two replicas more than another, those of all versions counted together.

    So n machines never hold more than ceil(replicas / n) each, during a rollout neither: the plan keeps room for those.
    """
    return [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": selector},
        }
    ]
