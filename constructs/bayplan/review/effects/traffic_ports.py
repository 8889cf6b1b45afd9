"""Ports of Services: those that close, and those that lead to another port of the pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.review.effects.effect import effect
from bayplan.review.effects.traffic_words import listed
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import mappings_at, text_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.validation.world import World

Key = tuple[str, Any]
"""Protocol and number, by which callers know a port."""


def of_ports(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """One Service."""
    before, after = ports_in(pair.before), ports_in(pair.after)
    closed = sorted(key for key in before.keys() - after.keys())
    if closed and after:
        yield effect(
            comparison.head,
            pair.after,
            "port-closed",
            topic=Topic.TRAFFIC,
            weight=Weight.ATTENTION,
            says=f"is called in vain on {listed([words(key) for key in closed])}; "
            f"it has {listed([words(key) for key in sorted(after)])}",
            pointer="/spec/ports",
            why=f"{'they are' if len(closed) > 1 else 'it is'} not among its ports any more",
            fix="Keep the old port beside the new one until nobody calls it",
        )
    for key in sorted(before.keys() & after.keys()):
        (_, old), (index, new) = before[key], after[key]
        aims = [aim_of(world, one, port) for world, one, port in
                ((comparison.base, pair.before, old), (comparison.head, pair.after, new))]  # fmt: skip
        is_same_name = text_at(old, "targetPort") and value_at(old, "targetPort") == value_at(new, "targetPort")
        if aims[0] != aims[1] and not (is_same_name and "" in aims):
            yield effect(
                comparison.head,
                pair.after,
                "port-leads-elsewhere",
                topic=Topic.TRAFFIC,
                weight=Weight.ATTENTION,
                says=f"leads its port {words(key)} to {aims[1] or value_at(new, 'targetPort')} of the pods "
                f"(before: {aims[0] or value_at(old, 'targetPort')})",
                pointer=pointer("spec", "ports", index, "targetPort"),
                why=f"targetPort {value_at(old, 'targetPort') or key[1]} → {value_at(new, 'targetPort') or key[1]}",
            )


def ports_in(service: Manifest) -> dict[Key, tuple[int, dict[str, Any]]]:
    """The ports of a Service."""
    found = mappings_at(service.body, "spec", "ports")
    return {
        (text_at(one, "protocol") or "TCP", one["port"]): (index, one)
        for index, one in found
        if isinstance(one.get("port"), int)
    }


def words(key: Key) -> str:
    """`80`, `53 (UDP)`."""
    return f"{key[1]}" if key[0] == "TCP" else f"{key[1]} ({key[0]})"


def aim_of(world: World, service: Manifest, port: dict[str, Any]) -> str:
    """The port of the pods: by number where the name says which one it is; "" where it says none."""
    from bayplan.validation.reachability.services import sockets  # noqa: PLC0415

    said = value_at(port, "targetPort") or value_at(port, "port")
    if isinstance(said, int):
        return f"port {said}"
    numbers = {one.number for one in sockets(world, service, value_at(port, "port"))}
    return f"port {numbers.pop()}" if len(numbers) == 1 else ""
