"""What a chart surely brings, as far as names tell: objects that are named after its release.

Charts hold what no file shows. Where a release has the very name of what is looked for, nobody is told that it may be
missing: that would be said of every app that comes as a chart.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.validation.world import World

RELEASES = ("HelmRelease.helm.toolkit.fluxcd.io", "HelmChart.helm.cattle.io")
BY_FLUX = frozenset({"notification-controller", "source-controller", "webhook-receiver"})
"""Services that Flux brings itself, in its own namespace."""


@once
def releases(world: World) -> Mapping[str, frozenset[str]]:
    """The names of the releases of each namespace."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in RELEASES:
        for one in world.by_kind.get(kind, ()):
            target = text_at(one.body, "spec", "targetNamespace")
            name = text_at(one.body, "spec", "releaseName")
            names = {one.ref.name, name or (f"{target}-{one.ref.name}" if target else "")} - {""}
            found[target or one.ref.namespace] |= {each for each in names if not is_variable(each)}
    return {namespace: frozenset(names) for namespace, names in found.items()}


def is_of_a_chart(world: World, namespace: str, names: Iterable[str]) -> bool:
    """Whether one of some names is that of a release in the namespace, or begins with it."""
    there = releases(world).get(namespace, frozenset())
    return bool(there) and any(
        name in there or any(name.startswith(f"{one}-") for one in there) for name in names if name
    )
