"""What an app needs and does not bring, as its Namespace says it to `bayplan check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.site import site_of
from bayplan.spec.address import endpoint, namespace_in
from bayplan.spec.external import External
from bayplan.spec.model_source import claim_of
from bayplan.spec.workloads.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster

IS_THERE = "storage.claim names a volume that is there"
FETCHES = "a model says that its files are fetched with it"
ASKED = "an autoscaler asks the cluster's own Prometheus"


def declared(app: App, cluster: Cluster) -> tuple[External, ...]:
    """What it says is there, volumes and secrets that its models name, and Services of others that it talks to."""
    objects = (one for one in app.externals if not one.address)
    held = [one.held for _, one in app.servers if isinstance(one, ModelServer) and one.held]
    claims = sorted(
        {volume.claim for one in app.workloads for volume in one.volumes.values() if volume.claim}
        | {claim_of(model.source)[0] for model in held if model.kind == "pvc"}
    )
    secrets = sorted({model.secret for model in held if model.secret})
    return (
        *objects,
        *(External(kind="PersistentVolumeClaim", name=claim, why=IS_THERE) for claim in claims),
        *(External(kind="Secret", name=secret, why=FETCHES) for secret in secrets),
        *_services(app, cluster),
    )


def _services(app: App, cluster: Cluster) -> Iterator[External]:
    whys = {host: one.why or f"the app names it as {one.name}" for one in app.externals for host, _ in one.endpoints}
    if any(one.autoscale and one.autoscale.asks_prometheus for _, one in app.servers):
        whys[endpoint(site_of(cluster, app=app.name, team=app.team).prometheus)[0]] = ASKED
    for host, why in sorted(whys.items()):
        if namespace := namespace_in(host):
            name = host.partition(f".{namespace}.svc")[0].rpartition(".")[2]
            yield External(kind="Service", name=name, namespace=namespace, why=why)
