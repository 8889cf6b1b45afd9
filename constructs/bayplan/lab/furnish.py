"""What a cluster has before Flux comes: the CRDs of its controllers, its nodes, Flux's own namespace."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.lab.aggregate import aggregate
from bayplan.lab.devices import make_devices
from bayplan.lab.flux import NAMESPACE
from bayplan.lab.nodes import make_nodes
from bayplan.lab.parts import find_parts
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.lab.api import Api, Body
    from bayplan.lab.delivery import Checkout
    from bayplan.lab.lab import Lab
    from bayplan.spec.cluster import Cluster

METRICS_GROUP = "metrics.k8s.io"


def install_crds(api: Api, crds: Sequence[Body]) -> None:
    """Install CRDs in an empty cluster and wait until the API server serves them.

    Their descriptions stay behind: they are most of it, and the API server reads all of it over and over.
    """
    for crd in crds:
        api.create(_terse(crd))
    waiting = {crd["metadata"]["name"] for crd in crds}

    def established() -> None:
        for name in sorted(waiting):
            crd = api.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", name)
            if crd is None or condition(crd, "Established") != "True":
                raise NotYet(f"{len(waiting)} not established, such as {name}")
            waiting.remove(name)

    wait_for("CRDs", established, within_s=60)


def _terse(value: Any) -> Any:
    """A schema without what only people read; a field that is called `description` stays."""
    if isinstance(value, dict):
        return {key: _terse(one) for key, one in value.items() if key != "description" or not isinstance(one, str)}
    return [_terse(one) for one in value] if isinstance(value, list) else value


def add_nodes(lab: Lab, cluster: Cluster, counts: Mapping[str, int]) -> int:
    """Bring every pool to so many nodes, as an autoscaler would: none is taken away; waits until they are ready."""
    nodes = make_nodes(cluster, counts)
    there = {node["metadata"]["name"] for node in lab.api.list("v1", "Node")}
    for node in nodes:
        if node["metadata"]["name"] not in there:
            lab.api.create(node)
            if published := make_devices(cluster, node):
                lab.api.apply(published)

    def ready() -> None:
        kept = lab.api.list("v1", "Node")
        waiting = [node["metadata"]["name"] for node in kept if not is_ready(node)]
        if waiting or len(kept) < len(nodes):
            raise NotYet(f"{len(kept)} nodes, {len(waiting)} not ready, such as {waiting[:1]}")

    wait_for("nodes", ready, within_s=30)
    return len(nodes)


def is_ready(node: Mapping[str, Any]) -> bool:
    """Whether pods may come: ready, and no taint of the node's own life cycle is left."""
    taints = node["spec"].get("taints") or ()
    return condition(node, "Ready") == "True" and not any(
        one["key"].startswith("node.kubernetes.io/") for one in taints
    )


def condition(body: Mapping[str, Any], kind: str) -> str:
    """Status of one of an object's conditions, "" where it has none of that type."""
    conditions = (body.get("status") or {}).get("conditions") or ()
    return next((str(one["status"]) for one in conditions if one["type"] == kind), "")


def serve_metrics(lab: Lab) -> None:
    """Point the API server at the lab's own metrics, as metrics-server registers itself."""
    authority = base64.b64encode((lab.layout.path / "ca.pem").read_bytes()).decode()
    port = lab.layout.ports["metrics"]
    aggregate(lab.api, METRICS_GROUP, service=("kube-system", "lab-metrics"), port=port, authority=authority)


def bootstrap(lab: Lab, cluster: Cluster, checkout: Checkout) -> None:
    """What the README tells a user to do where Flux is installed: `kubectl apply -k dist/<cluster>/flux`."""
    lab.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    if cluster.source.secret:
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": cluster.source.secret, "namespace": NAMESPACE},
        }
        lab.api.apply({**secret, "stringData": {"username": "lab", "password": "lab"}})
    kubectl(lab, "apply", "-k", str(checkout.path / "dist" / cluster.name / "flux"))


def kubectl(lab: Lab, *words: str) -> str:
    """What kubectl prints. Raises BadInput with its words when it fails."""
    program = find_parts(Path(lab.layout.root)).binary("kubectl")
    command = [str(program), f"--kubeconfig={lab.layout.kubeconfig}", *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BadInput([Complaint(file=f"kubectl {' '.join(words)}", line=0, what=answer.stderr.strip())])
    return answer.stdout
