"""What the API server does not let anybody change: the update functions of Kubernetes 1.34 to 1.37, kind by kind.

Sources: <https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/apis>, `Validate*Update` of each group;
<https://github.com/kubernetes/apiextensions-apiserver>, `pkg/apis/apiextensions/validation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, value_at
from bayplan.validation.flux.sops import has_cipher
from bayplan.validation.immutable_pods import job_changes, pod_changes
from bayplan.validation.immutable_storage import claim_changes, volume_changes
from bayplan.validation.likeness import differences, has_variable, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Body = dict[str, Any]


class Frozen(NamedTuple):
    """A part that stays as it was when the object was made."""

    path: tuple[str, ...]
    default: object = None
    """What the API server writes there when nobody does."""


class Change(NamedTuple):
    """A change that will be refused."""

    pointer: str
    """Where, in the new object."""
    what: str
    """What cannot change, in words: `the selector`."""
    doubt: str = ""
    """Why it may be taken after all; "" when nothing speaks for that."""


def frozen(*paths: str, **defaults: object) -> tuple[Frozen, ...]:
    """Parts by their dotted path; a default by the last key of its path."""
    return tuple(Frozen(tuple(path.split(".")), defaults.get(path.rpartition(".")[2])) for path in paths)


SELECTOR = frozen("spec.selector")
FROZEN: dict[str, tuple[Frozen, ...]] = {
    "CSIDriver.storage.k8s.io": frozen(
        "spec.attachRequired", "spec.volumeLifecycleModes", attachRequired=True, volumeLifecycleModes=["Persistent"]
    ),
    "ClusterRoleBinding.rbac.authorization.k8s.io": frozen("roleRef"),
    "ClusterTrustBundle.certificates.k8s.io": frozen("spec.signerName"),
    "ControllerRevision.apps": frozen("data"),
    "CustomResourceDefinition.apiextensions.k8s.io": frozen(
        "spec.scope", "spec.names.kind", "spec.names.plural", "spec.group"
    ),
    "DaemonSet.apps": SELECTOR,
    "Deployment.apps": SELECTOR,
    "EndpointSlice.discovery.k8s.io": frozen("addressType"),
    "IngressClass.networking.k8s.io": frozen("spec.controller"),
    "IPAddress.networking.k8s.io": frozen("spec.parentRef"),
    "PriorityClass.scheduling.k8s.io": frozen(
        "value", "preemptionPolicy", value=0, preemptionPolicy="PreemptLowerPriority"
    ),
    "ReplicaSet.apps": SELECTOR,
    "ResourceClaim.resource.k8s.io": frozen("spec"),
    "ResourceClaimTemplate.resource.k8s.io": frozen("spec"),
    "ResourceQuota": frozen("spec.scopes"),
    "RoleBinding.rbac.authorization.k8s.io": frozen("roleRef"),
    "RuntimeClass.node.k8s.io": frozen("handler"),
    "Secret": frozen("type", type="Opaque"),
    "StatefulSet.apps": (
        *SELECTOR,
        *frozen(
            "spec.volumeClaimTemplates",
            "spec.serviceName",
            "spec.podManagementPolicy",
            podManagementPolicy="OrderedReady",
        ),
    ),
    "StorageClass.storage.k8s.io": frozen(
        "provisioner",
        "parameters",
        "reclaimPolicy",
        "volumeBindingMode",
        reclaimPolicy="Delete",
        volumeBindingMode="Immediate",
    ),
    "VolumeAttributesClass.storage.k8s.io": frozen("driverName", "parameters"),
}
"""Kind to what cannot change in it. Kinds with rules of their own stand in CHANGES as well."""


def refused_changes(kind: str, old: Body, new: Body) -> Iterator[Change]:
    """Everything that an update of one object to another would be refused for."""
    for part in FROZEN.get(kind, ()):
        before, after = (said(body, part, kind) for body in (old, new))
        if next(differences(before, after), None) is not None:
            yield Change(pointer(*part.path), named(part.path), unfinished(before, after))
    if kind in CHANGES:
        yield from (Change(*change) for change in CHANGES[kind](old, new))


def said(body: Body, part: Frozen, kind: str) -> object:
    """A part as the API server keeps it."""
    value = settled(value_at(body, *part.path), part.path[-1])
    if value in (None, "", [], {}):
        return part.default
    if kind == "ResourceQuota" and isinstance(value, list):
        return sorted(value, key=str)
    if part.path[-1] == "volumeClaimTemplates" and isinstance(value, list):
        return [
            {key: item for key, item in one.items() if key not in ("apiVersion", "kind")}
            if isinstance(one, dict)
            else one
            for one in value
        ]
    if part.path[-1] == "roleRef" and isinstance(value, dict):
        return {"apiGroup": "rbac.authorization.k8s.io"} | value
    return value


def named(path: tuple[str, ...]) -> str:
    """A path in words."""
    return ".".join(path)


def unfinished(*values: object) -> str:
    """Why values that differ on paper may be the same in the cluster."""
    return "it is completed later" if any(has_variable(value) for value in values) else ""


def content_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """ConfigMaps and Secrets that say `immutable: true`."""
    if old.get("immutable") is not True:
        return
    if new.get("immutable") is not True:
        yield "/immutable", "immutable", ""
    for part in ("data", "binaryData", "stringData"):
        before, after = mapping_at(old, part), mapping_at(new, part)
        if before != after:
            sealed = has_cipher(before) or has_cipher(after)
            yield f"/{part}", part, "it is encrypted anew with each change" if sealed else unfinished(before, after)


def service_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """Services keep their address, and the class of their load balancer, as long as they have one."""
    before, after = mapping_at(old, "spec"), mapping_at(new, "spec")
    kinds = [spec.get("type") or "ClusterIP" for spec in (before, after)]
    if "ExternalName" not in kinds:
        address, wanted = (address_of(spec) for spec in (before, after))
        if wanted and wanted != address:
            # without an address of its own the Service has been given one that no file shows
            given = "the cluster has chosen the address, and may have chosen this one"
            yield "/spec/clusterIP", "clusterIP", given if not address and wanted != "None" else unfinished(wanted)
    if kinds == ["LoadBalancer", "LoadBalancer"] and before.get("loadBalancerClass") != after.get("loadBalancerClass"):
        drawn = "a controller may have chosen the class" if not before.get("loadBalancerClass") else ""
        yield "/spec/loadBalancerClass", "loadBalancerClass", drawn


def address_of(spec: Body) -> str:
    """The first address of a Service; "" where the cluster chooses it."""
    more = spec.get("clusterIPs")
    first = spec.get("clusterIP") or (more[0] if isinstance(more, list) and more else "")
    return first if isinstance(first, str) else ""


CHANGES: dict[str, Callable[[Body, Body], Iterator[tuple[str, str, str]]]] = {
    "ConfigMap": content_changes,
    "Job.batch": job_changes,
    "PersistentVolume": volume_changes,
    "PersistentVolumeClaim": claim_changes,
    "Pod": pod_changes,
    "Secret": content_changes,
    "Service": service_changes,
}
KINDS = tuple(sorted(FROZEN.keys() | CHANGES.keys()))
