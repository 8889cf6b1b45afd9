"""Two VirtualServices route one host inside the mesh.

Sidecars do not merge them: the older one holds and the other is ignored, for every caller that sees both. Which one is
older differs from cluster to cluster. Merge them, delegate from one to the other, or export each to namespaces of its
own.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0109/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.names import overlap, scopes
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat]
  http: [{directResponse: {status: 200}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: web}
spec:
  hosts: [chat.chat.svc.cluster.local]
  http: [{directResponse: {status: 404}}]
"""
GOOD = BAD.replace("hosts: [chat]", "hosts: [chat]\n  exportTo: [.]").replace(
    "status: 404}}]", "status: 404}}]\n  exportTo: [.]"
)


@rule(
    "MSH009",
    severity=Severity.DOWN,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    fix="merge the VirtualServices of one host, or export each to other namespaces",
)
def routes_of_one_host_clash(route: Manifest, world: World) -> Iterator[Hit]:
    """Look for others that route the same host for the same callers."""
    mesh = world.mesh
    if "mesh" not in (words_at(route.body, "spec", "gateways") or ("mesh",)):
        return
    seen = scopes(words_at(route.body, "spec", "exportTo"), route.ref.namespace)
    hosts = words_at(route.body, "spec", "hosts")
    for index, host in enumerate(hosts):
        full = full_name(host, route.ref.namespace)
        if is_variable(full) or host in hosts[:index]:
            continue
        others = [one for one, eyes in mesh.routes_of_mesh.get(full, ()) if one is not route and overlap(seen, eyes)]
        others = [one for one in others if mesh.are_together(one, route)]
        if others:
            names = ", ".join(sorted(str(one.ref) for one in others))
            status = min((mesh.status_with(one, route) for one in others), key=lambda status: status.value)
            yield Hit(pointer("spec", "hosts", index), f"{host} is routed by {names} as well: one holds", status)
            return
