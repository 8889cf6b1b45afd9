"""What programs that end become: what runs them, with an identity of their own, and nobody who may call them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels
from bayplan.render.traits.access import Access
from bayplan.render.traits.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.workloads.workload import Workload as Spec


class Job(Part):
    """Objects that run a program until it ends, with its account, its policies and its volume.

    In a mesh its pods carry the proxy, as those of all callers: servers know who calls by its certificate. The proxy
    is a native sidecar, with which pods are complete as soon as their program is.
    Source: <https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/>
    """

    rollout_seconds = 0
    """Flux waits for none of it to end."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
        runs: Iterable[Body],
    ) -> None:
        """`runs` are the objects that run it."""
        metadata = {"name": workload.name, "namespace": place.site.app, "labels": labels(place.site, workload.name)}
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        bodies = [{**account, "automountServiceAccountToken": False}, *runs]
        super().__init__(scope, id or workload.name, bodies=bodies, origin=workload.origin)
        # who stays out of the mesh has no use for its policies
        site = place.site if workload.in_mesh else replace(place.site, mesh=None)
        Access(self, name=workload.name, site=site, port=None, callees=place.callees, origin=workload.origin)
        if workload.storage and workload.storage.size:
            Storage(
                self,
                name=workload.name,
                site=place.site,
                size=workload.storage.size,
                storage_class=workload.storage.type or place.berth.storage_class or None,
                shared=workload.storage.shared,
                origin=workload.storage.origin or workload.origin,
            )
