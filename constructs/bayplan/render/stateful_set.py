"""Replicas with a volume each: a StatefulSet, and the address under which they know each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.labels import labels, selector
from bayplan.render.pod import pod_template
from bayplan.render.traits.storage import VOLUME, claim_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place
    from bayplan.spec.traits.storage import Storage
    from bayplan.spec.workloads.server import Server


def peers_of(workload: Server) -> str:
    """Name of the Service that gives each replica a name of its own: `store-0.store-peers`."""
    return f"{workload.name}-peers"


def stateful_set(workload: Server, serving: Serving, place: Place, storage: Storage) -> Body:
    """The spec of a StatefulSet. Volumes stay whatever happens: when replicas become fewer, and when all go.

    Replicas start side by side, as those of any workload: each has what it needs. A new version comes to one at a time,
    since each can only come back to its own volume.
    Source: <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/>
    """
    template = pod_template(workload, serving, place)
    for rule in template["spec"]["topologySpreadConstraints"] or ():
        rule.pop("matchLabelKeys", None)  # a label of Deployments; and versions replace each other in place
    return {
        "replicas": 0 if place.waits else None if workload.autoscale else workload.replicas,
        "revisionHistoryLimit": 3,
        "serviceName": peers_of(workload),
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "selector": {"matchLabels": selector(workload.name)},
        "template": template,
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": VOLUME, "labels": labels(place.site, workload.name)},
                "spec": claim_spec(str(storage.size), storage.type or place.berth.storage_class or None),
            }
        ],
    }


def peers(workload: Server, serving: Serving, ports: Iterable[int] = ()) -> Body:
    """The spec of a Service without an address: it names the replicas, also those that are still on their way up.

    `ports` are those on which they talk to each other: the mesh encrypts only what some Service declares.
    """
    protocol, port = serving.protocol, workload.port
    own = {"name": f"{protocol}-{port}", "port": port, "targetPort": protocol}
    return {
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "selector": selector(workload.name),
        "ports": [{**own, "protocol": "TCP", "appProtocol": protocol}, *map(_among, sorted(ports))],
    }


def _among(port: int) -> Body:
    return {"name": f"tcp-{port}", "port": port, "targetPort": port, "protocol": "TCP", "appProtocol": "tcp"}
