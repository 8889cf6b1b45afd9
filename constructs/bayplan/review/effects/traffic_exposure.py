"""Ways in from outside of the cluster: load balancers, ports of nodes, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.traffic_words import listed, went
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import mappings_at, text_at, words_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison

OUTSIDE = {"LoadBalancer": "a load balancer", "NodePort": "a port of every node"}


def exposed(comparison: Comparison, was: Manifest | None, now: Manifest) -> Iterator[Effect]:
    """One Service, at both revisions."""
    before, after = ways_of(was), ways_of(now)
    kinds = f"{type_of(was) or 'nothing'} → {type_of(now)}"
    opened, closed = [one for one in after if one not in before], [one for one in before if one not in after]
    if opened:
        yield effect(
            comparison.head,
            now,
            "opened-to-outside",
            topic=Topic.TRAFFIC,
            weight=Weight.ATTENTION,
            says=f"is reachable from outside of the cluster, by {listed(opened)}{allowed(now)}",
            pointer="/spec/type",
            why=kinds,
        )
    if closed:
        yield effect(
            comparison.head,
            now,
            "closed-to-outside",
            topic=Topic.TRAFFIC,
            weight=Weight.DANGER,
            says=f"is not reachable from outside any more by {listed(closed)}; its address there is given back",
            pointer="/spec/type",
            why=kinds,
        )
    ranges = [sorted(words_at(one.body, "spec", "loadBalancerSourceRanges")) if one else [] for one in (was, now)]
    if was is not None and before and after and ranges[0] != ranges[1]:
        is_wider = not ranges[1] or set(ranges[0]) < set(ranges[1])
        yield effect(
            comparison.head,
            now,
            "outside-is-let-in" if is_wider else "outside-is-shut-out",
            topic=Topic.TRAFFIC,
            weight=Weight.ATTENTION,
            says=f"takes calls from {went(listed(ranges[0]), listed(ranges[1]), 'every address')}",
            pointer="/spec/loadBalancerSourceRanges",
        )


def type_of(service: Manifest | None) -> str:
    """The type of a Service; "" for none."""
    return (text_at(service.body, "spec", "type") or "ClusterIP") if service is not None else ""


def ways_of(service: Manifest | None) -> list[str]:
    """How the outside world gets to a Service."""
    if service is None:
        return []
    kind = OUTSIDE.get(type_of(service))
    addresses = words_at(service.body, "spec", "externalIPs")
    return [*([kind] if kind else []), *(f"the address {one}" for one in addresses)]


def allowed(service: Manifest) -> str:
    """On which ports, and for whom."""
    ports = listed([str(one.get("port")) for _, one in mappings_at(service.body, "spec", "ports")])
    ranges = words_at(service.body, "spec", "loadBalancerSourceRanges")
    return f" on {ports}" + (f", for {listed(ranges)} alone" if ranges else "")
