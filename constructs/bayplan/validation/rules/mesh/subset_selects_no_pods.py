"""A subset of a DestinationRule selects none of the Service's pods.

What is routed to the subset gets 503, no healthy upstream: a pod must carry the labels of the subset beside those that
the Service selects, in the Service's namespace. A pod of that version elsewhere does not count. Label the pod
template, or mend the labels of the subset.

Source: <https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    mappings_at,
    text_at,
    texts_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.hosts import Host, full_name
from bayplan.validation.mesh.kinds import DESTINATION_RULE
from bayplan.validation.mesh.lookup import subsets_of
from bayplan.validation.mesh.workloads import Workload
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat, namespace: chat}
spec:
  host: chat
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat, version: v2}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 8080}]}]
"""
GOOD = BAD.replace("version: v2", "version: v1")

OF_NODES = (
    "kubernetes.io/hostname",
    "security.istio.io/tlsMode",
    "topology.istio.io/",
    "topology.kubernetes.io/",
)
"""Labels that istiod gives to endpoints, from their nodes or from injection."""


@rule(
    "MSH006",
    severity=Severity.DOWN,
    rows=("I2",),
    kinds=(DESTINATION_RULE,),
    fix="use labels that the pods of this Service carry",
)
def subset_selects_no_pods(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look for a workload behind the host that carries the labels of each subset."""
    subsets = list(subsets_of(policy))
    full = full_name(text_at(policy.body, "spec", "host"), policy.ref.namespace)
    hosts = world.hosts.answering(full, policy.ref.namespace) if subsets else ()
    behind = [workloads_behind(host, world) for host in hosts]
    if not behind or None in behind:
        return
    known = [one for some in behind for one in some or ()]
    for index, name, labels in subsets:
        wanted = {key: value for key, value in labels.items() if not (value and key.startswith(OF_NODES))}
        if any(map(is_variable, wanted.values())) or any(carries(one, wanted) for one in known):
            continue
        if known or wanted:
            lack = world.mesh.without_workloads(hosts[0].manifest.ref.namespace)
            label = ", ".join(f"{key}={value}" for key, value in sorted(wanted.items()))
            told = f"subset {name} selects none of the pods behind {hosts[0].manifest.ref}: none carries {label}"
            yield Hit(pointer("spec", "subsets", index, "labels"), told + lack.doubt, lack.status)


def carries(workload: Workload | Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether an endpoint has all labels."""
    if isinstance(workload, Workload):
        return all(workload.carries(key, value) for key, value in wanted.items())
    return all(workload.get(key) == value for key, value in wanted.items())


def workloads_behind(host: Host, world: World) -> list[Workload | Mapping[str, str]] | None:
    """What answers for a host; None where the tree cannot say."""
    body, namespace = host.manifest.body, host.manifest.ref.namespace
    if host.manifest.ref.kind == "Service":
        labels = texts_at(body, "spec", "selector")
        return [*world.mesh.workloads.selected(labels, namespace)] if labels else None
    labels = texts_at(body, "spec", "workloadSelector", "labels")
    if labels:
        return [*world.mesh.workloads.selected(labels, namespace)]
    endpoints = mappings_at(body, "spec", "endpoints")
    return [texts_at(endpoint, "labels") for _, endpoint in endpoints] if endpoints else None
