"""Flux waits for something that does not exist.

A Kustomization or HelmRelease whose `dependsOn` names nothing is never applied: it reports "dependency not found" and
tries again for ever, and so does all that waits for it. Names are looked up in its own namespace unless another is
given, and only among objects of its own kind.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of_ref
from bayplan.validation.rule import Hit, rule
from bayplan.validation.syncs import SYNC_KINDS, dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chat, namespace: chat}
spec:
  interval: 1h
  dependsOn: [{name: searchh}]
  chartRef: {kind: OCIRepository, name: chat}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: search, namespace: chat}
spec:
  interval: 1h
  chartRef: {kind: OCIRepository, name: search}
"""
GOOD = BAD.replace("searchh", "search")


@rule(
    "FLX002",
    severity=Severity.SYNC,
    rows=("F2",),
    kinds=SYNC_KINDS,
    fix="name an object of the same kind; in another namespace, say which",
)
def dependency_is_unknown(sync: Manifest, world: World) -> Iterator[Hit]:
    """Look up every name."""
    for dependency in dependencies_of(sync):
        target = dependency.target
        lack = world.lack(kind_of_ref(target), target.namespace, target.name) if target.name else None
        if lack is not None:
            yield Hit(dependency.pointer, f"waits for {target}, which does not exist{lack.doubt}", lack.status)
