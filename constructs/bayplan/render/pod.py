"""The pods of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.container import container
from bayplan.render.labels import labels, selector
from bayplan.render.traits.accelerator import shared_memory
from bayplan.render.traits.apart import strangers
from bayplan.render.traits.claim import claimed
from bayplan.render.traits.priority import priority_class
from bayplan.render.traits.rollout import grace_seconds
from bayplan.render.traits.secrets import SEALED, secret_volumes
from bayplan.render.traits.spread import spread_constraints
from bayplan.render.traits.storage import storage_volume
from bayplan.spec.cluster import POOL_LABEL
from bayplan.spec.queueing.job import waits_in_queue
from bayplan.spec.sidecar import SIDECAR_CPU_MILLICORES, SIDECAR_MEMORY_MIB
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Berth, Place
    from bayplan.spec.cluster import Taint
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.workloads.workload import Workload

_NOBODY = 65532
"""User of all programs: no account of any image has rights under this number, and it is not the mesh's 1337."""

NATIVE_SIDECAR = "sidecar.istio.io/nativeSidecar"
"""Annotation: the proxy starts before the program and ends after it, whatever the mesh's default is.

Source: <https://istio.io/latest/docs/reference/config/annotations/>
"""

_OWNED = {"fsGroup": _NOBODY, "fsGroupChangePolicy": "OnRootMismatch"}
"""Lets that user write to a volume, which belongs to root; looked through once, not at every start."""


def pod_template(workload: Server, serving: Serving, place: Place, part: str = "") -> Body:
    """Labels, annotations and spec of each pod of a program that answers.

    With `part` they are those of a part of the workload, on the berth of `place`.
    """
    brought = serving.bring(workload)
    spec = pod_spec(
        workload,
        place,
        containers=[container(workload, serving, resource=place.berth.resource)],
        accelerator=workload.accelerator,
        grace_seconds=grace_seconds(workload.rollout),
        volumes=brought.volumes,
    )
    spec["initContainers"] = list(brought.before) or None
    spread = spread_constraints(workload, selector(workload.name, part), even=place.berth.even)
    metadata = pod_metadata(workload, place, part)
    if place.seal:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), SEALED: place.seal}
    if brought.outside_ports and place.site.mesh:
        metadata["annotations"] |= past_proxy(brought.outside_ports)
    return {"metadata": metadata, "spec": {**spec, "topologySpreadConstraints": spread}}


def past_proxy(ports: Iterable[int]) -> dict[str, str]:
    """What is called there goes past the proxy, which may not run yet."""
    return {"traffic.sidecar.istio.io/excludeOutboundPorts": ",".join(map(str, sorted(ports)))}


def pod_metadata(workload: Workload, place: Place, part: str = "") -> Body:
    """Labels and annotations of each pod; who stays out of the mesh says so."""
    marks = labels(place.site, workload.name, part)
    notes = _anywhere(workload, place) | _undisturbed(workload, place)
    if place.site.mesh and not workload.in_mesh:
        marks = {**marks, "sidecar.istio.io/inject": "false"}
    if place.site.mesh is None or not workload.in_mesh:
        return {"labels": marks, "annotations": notes} if notes else {"labels": marks}
    # the proxy has to end when the program has: kubelets see to that for native sidecars only
    ends = {} if isinstance(workload, Server) else {NATIVE_SIDECAR: "true"}
    return {"labels": marks, "annotations": _sidecar() | ends | notes}


def _undisturbed(workload: Workload, place: Place) -> dict[str, str]:
    """What keeps Karpenter from moving work that would begin anew; a node that is too old is replaced all the same.

    Source: <https://karpenter.sh/docs/concepts/disruption/#pod-level-controls>
    """
    return {} if isinstance(workload, Server) or not place.berth.bought else {"karpenter.sh/do-not-disrupt": "true"}


def _anywhere(workload: Workload, place: Place) -> dict[str, str]:
    """What lets a job on nodes whose topology its queue knows: without a word about it Kueue keeps pods off them.

    Gangs say more, by their kinds. Source: <https://kueue.sigs.k8s.io/docs/concepts/topology_aware_scheduling/>
    """
    gangs = any(group.gang for group in workload.groups)
    if not (place.site.queue and place.berth.levels and waits_in_queue(workload)) or gangs:
        return {}
    return {"kueue.x-k8s.io/podset-unconstrained-topology": "true"}


def pod_spec(
    workload: Workload,
    place: Place,
    *,
    containers: list[Body],
    accelerator: Accelerator | None,
    grace_seconds: int,
    volumes: Iterable[Body] = (),
) -> Body:
    """What the pods of all workloads have in common; at the restricted level of the pod security standards.

    `volumes` are those of its kind, beside the scratch folder, the workload's own and shared memory.
    Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
    """
    own = [*shared_memory(accelerator)[0], *storage_volume(workload.storage, workload.name)[0], *volumes]
    own += secret_volumes(workload.secrets)[0]
    return {
        "serviceAccountName": workload.name,
        "imagePullSecrets": [{"name": place.pull_secret}] if place.pull_secret else None,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds,
        # the number is said because Kubernetes cannot tell whether an image's user that is given by name is root
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "runAsGroup": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
            **(_OWNED if workload.storage and not workload.storage.read_only else {}),
        },
        "priorityClassName": priority_class(workload.priority),
        "runtimeClassName": place.berth.runtime or None if accelerator else None,
        "nodeSelector": dict(place.berth.selectors) or None,
        "affinity": _affinity(place.berth) | strangers(workload, place.site.app) or None,
        "tolerations": [_toleration(taint) for taint in place.berth.taints] or None,
        **claimed(place.berth, containers),
        "volumes": [{"name": "tmp", "emptyDir": {}}, *own],
    }


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
