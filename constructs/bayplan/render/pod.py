"""The pods of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import Serving, container
from bayplan.render.labels import labels, selector
from bayplan.render.traits.accelerator import shared_memory
from bayplan.render.traits.apart import strangers
from bayplan.render.traits.priority import priority_class
from bayplan.render.traits.rollout import grace_seconds
from bayplan.render.traits.spread import spread_constraints
from bayplan.render.traits.storage import storage_volume
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.site import Berth, Place
    from bayplan.spec.cluster import Taint
    from bayplan.spec.workloads.workload import Workload

_NOBODY = 65532
"""User of all programs: no account of any image has rights under this number, and it is not the mesh's 1337."""

_OWNED = {"fsGroup": _NOBODY, "fsGroupChangePolicy": "OnRootMismatch"}
"""Lets that user write to a volume, which belongs to root; looked through once, not at every start."""


def pod_template(workload: Workload, serving: Serving, place: Place, part: str = "") -> Body:
    """Labels, annotations and spec of each pod; at the restricted level of the pod security standards.

    With `part` they are those of a part of the workload, on the berth of `place`.
    Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
    """
    volumes = [*shared_memory(workload.accelerator)[0], *storage_volume(workload.storage, workload.name)[0]]
    spec = {
        "serviceAccountName": workload.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds(workload.rollout),
        # the number is said because Kubernetes cannot tell whether an image's user that is given by name is root
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "runAsGroup": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
            **(_OWNED if workload.storage and not workload.storage.read_only else {}),
        },
        "priorityClassName": priority_class(workload.priority),
        "nodeSelector": dict(place.berth.selectors) or None,
        "affinity": _affinity(place.berth) | strangers(workload, place.site.app) or None,
        "tolerations": [_toleration(taint) for taint in place.berth.taints] or None,
        "topologySpreadConstraints": spread_constraints(workload, selector(workload.name, part), even=place.berth.even),
        "containers": [container(workload, serving, resource=place.berth.resource)],
        "volumes": [{"name": "tmp", "emptyDir": {}}, *volumes],
    }
    metadata = {
        "labels": labels(place.site, workload.name, part),
        "annotations": _sidecar() if place.site.mesh else None,
    }
    return {"metadata": metadata, "spec": spec}


def _sidecar() -> dict[str, str]:
    # what the plan keeps room for, whatever the mesh's own default is
    return {
        "sidecar.istio.io/proxyCPU": f"{SIDECAR_CPU_MILLICORES}m",
        "sidecar.istio.io/proxyMemory": f"{SIDECAR_MEMORY_MIB}Mi",
    }


def _affinity(berth: Berth) -> Body:
    wanted = (
        (POOL_LABEL, berth.pools),
        ("kubernetes.io/arch", berth.architectures),
        ("topology.kubernetes.io/zone", berth.zones),
    )
    terms = [{"key": key, "operator": "In", "values": list(values)} for key, values in wanted if values]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}} if terms else {}


def _toleration(taint: Taint) -> Body:
    value: Body = {"operator": "Equal", "value": taint.value} if taint.value else {"operator": "Exists"}
    return {"key": taint.key, **value, "effect": taint.effect}
