"""What goes with what holds it: everything in a Namespace, every object of a kind whose definition is deleted.

Neither asks what Flux has made and what not, nor what carries `prune: disabled`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.pruning import KEEP, UNGIVEN
from bayplan.review.effects.pruning_leaving import deleted
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.fields import text_at
from bayplan.validation.flux.order import CRD as DEFINITION
from bayplan.validation.storage import CLAIM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.validation.world import World

MOST_KINDS = 5
"""Kinds that are counted by name; of the others the sum is told."""


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Namespaces and definitions that go, with all that goes with them."""
    if comparison.name == UNGIVEN:
        return
    yield from of_namespaces(comparison)
    yield from of_definitions(comparison)


def of_namespaces(comparison: Comparison) -> Iterator[Effect]:
    """Namespaces that are deleted."""
    gone = deleted(comparison, "Namespace")
    before, now = (by_namespace(side) if gone else {} for side in (comparison.base, comparison.head))
    for namespace, fate in gone:
        inside = before.get(namespace.ref.name, [])
        left = [] if namespace.ref in comparison.head.inventory.by_ref else now.get(namespace.ref.name, [])
        claims = sum(1 for one in inside if one.ref.kind == CLAIM)
        says = f"is deleted with everything in it: {summed(inside)} of this tree"
        says += ", and whatever people and other programs have put there"
        says += f"; the data of {claims} claim{'s' if claims > 1 else ''} go with it" if claims else ""
        if left:
            says += f"; {summed(left)} that the tree still has cannot be applied without it"
        yield effect(
            comparison.base,
            namespace,
            "namespace-deleted",
            topic=Topic.DATA,
            weight=Weight.DANGER,
            says=says,
            why=fate.why,
            fix=KEEP,
            doubt=fate.doubt,
        )


def of_definitions(comparison: Comparison) -> Iterator[Effect]:
    """Definitions of kinds that are deleted."""
    for definition, fate in deleted(comparison, DEFINITION):
        kind, group = text_at(definition.body, "spec", "names", "kind"), text_at(definition.body, "spec", "group")
        full = f"{kind}.{group}"
        was, now = len(comparison.base.by_kind.get(full, ())), len(comparison.head.by_kind.get(full, ()))
        says = f"takes every {kind} in the cluster with it: {was} of this tree, and any that others have made"
        says += f"; {now} that the tree still has cannot be applied without it" if now else ""
        yield effect(
            comparison.base,
            definition,
            "definition-deleted",
            topic=Topic.DATA,
            weight=Weight.DANGER,
            says=says,
            why=fate.why,
            fix=KEEP,
            doubt=fate.doubt,
        )


def by_namespace(world: World) -> dict[str, list[Manifest]]:
    """The objects of each namespace."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for one in world.inventory.manifests:
        if one.ref.namespace:
            found[one.ref.namespace].append(one)
    return found


def summed(objects: Iterable[Manifest]) -> str:
    """`2 Deployments, 1 Service`; `nothing` for none."""
    counts = Counter(one.ref.kind for one in objects).most_common()
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    words = [f"{count} {plural_of(kind) if count > 1 else kind}" for kind, count in ordered[:MOST_KINDS]]
    rest = sum(count for _, count in ordered[MOST_KINDS:])
    return ", ".join([*words, *([f"{rest} more"] if rest else [])]) or "nothing"


def plural_of(kind: str) -> str:
    """`Ingresses`, `NetworkPolicies`."""
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"
