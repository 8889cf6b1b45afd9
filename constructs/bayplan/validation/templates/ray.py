"""KubeRay: one head and groups of workers, alone or for one job or a service.

Sources: <https://github.com/ray-project/kuberay/blob/master/ray-operator/controllers/ray/common/pod.go>,
<https://github.com/ray-project/kuberay/blob/master/ray-operator/controllers/ray/utils/constant.go>
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.pod import ONE, Count
from bayplan.validation.templates.builtin import JOB_LABELS
from bayplan.validation.templates.reading import at, each, fixed, number, templated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree

METRICS = {"name": "metrics", "containerPort": 8080}
CREATED = {"app.kubernetes.io/created-by": "kuberay-operator", "app.kubernetes.io/name": "kuberay"}


SUBMITTER = {"app.kubernetes.io/created-by": "kuberay-operator", "ray.io/originated-from-crd": "RayJob"}
HOST_LABELS = ("ray.io/host-index", "ray.io/worker-group-replica-index", "ray.io/worker-group-replica-name")


def cluster(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """A RayCluster of its own name."""
    yield from nodes(owner, "spec", name=owner.ref.name)


def job(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """A RayJob: a cluster of a new name for each run, and the Job that submits."""
    yield from run_of(owner, "spec")


def cron_job(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """A RayCronJob: RayJobs again and again."""
    for pod in run_of(owner, "spec", "jobTemplate"):
        yield replace(pod, count=Count(0, pod.count.most))


def service(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """A RayService: clusters that replace each other; each of their pods may serve."""
    yield from nodes(owner, "spec", "rayClusterConfig", added=("ray.io/serve",))


def run_of(owner: Manifest, *path: str) -> Iterator[Pod]:
    """The cluster and the submitter of a RayJob's spec."""
    spec = at(owner.body, *path)
    if mapping_at(spec, "rayClusterSpec"):
        yield from nodes(owner, *path, "rayClusterSpec")
    if mapping_at(spec, "submitterPodTemplate"):
        name = {"ray.io/originated-from-cr-name": owner.ref.name} if len(path) == 1 else {}
        yield templated(
            owner,
            *(*path, "submitterPodTemplate"),
            labels=SUBMITTER | name,
            added=(*JOB_LABELS, "ray.io/originated-from-cr-name"),
            role="submitter",
            completed=True,
        )


def nodes(owner: Manifest, *path: str, name: str = "", added: tuple[str, ...] = ()) -> Iterator[Pod]:
    """Head and workers; without a name the cluster's is made up by the operator."""
    spec = at(owner.body, *path)
    added = (*added, "ray.io/serve") if not name else added
    yield node(owner, (*path, "headGroupSpec", "template"), ("head", "headgroup", name), ONE, added)
    for index, group in mappings_at(spec, "workerGroupSpecs"):
        where: tuple[str | int, ...] = (*path, "workerGroupSpecs", index, "template")
        scales = at(spec, "enableInTreeAutoscaling") is True
        count = each(bounds(group, scales=scales), number(group, "numOfHosts"))
        yield node(owner, where, ("worker", text_at(group, "groupName"), name), count, added)


def bounds(group: dict[str, Any], *, scales: bool) -> Count:
    """Replicas of a group: Ray's autoscaler moves them between two numbers."""
    if group.get("suspend") is True:
        return Count(0, 0)
    if not scales:
        return fixed(group, "replicas", default=0)
    return Count(number(group, "minReplicas", default=0), number(group, "maxReplicas", default=None))


def node(
    owner: Manifest, path: tuple[str | int, ...], who: tuple[str, str, str], count: Count, added: tuple[str, ...]
) -> Pod:
    """One kind of Ray node with its labels and the port of metrics, which the operator adds where there is none."""
    role, group, name = who
    pod = templated(owner, *path, added=added, count=count, role=role)
    spoken = CREATED | {"ray.io/is-ray-node": "yes"} | ({"ray.io/identifier": f"{name}-{role}"} if name else {})
    # a group says labels beside its template, and neither may change these
    fixed = {"ray.io/group": group, "ray.io/node-type": role} | ({"ray.io/cluster": name} if name else {})
    labels = spoken | dict(pod.labels) | texts_at(at(owner.body, *path[:-1]), "labels") | fixed
    unknown = () if name else ("ray.io/cluster", "ray.io/identifier")
    return replace(pod, labels=labels, added_labels=(*unknown, *HOST_LABELS, *added), spec=spec_of(pod))


def spec_of(pod: Pod) -> dict[str, Any]:
    """The PodSpec with the port of metrics in its first container."""
    containers = pod.spec.get("containers")
    if not isinstance(containers, list) or not containers or not isinstance(containers[0], dict):
        return pod.spec
    first = containers[0]
    if any(port.get("name") == "metrics" for _, port in mappings_at(first, "ports")):
        return pod.spec
    ports = [port for _, port in mappings_at(first, "ports")]
    return pod.spec | {"containers": [first | {"ports": [*ports, METRICS]}, *containers[1:]]}


MAKERS: dict[str, Maker] = {
    "RayCluster.ray.io": cluster,
    "RayCronJob.ray.io": cron_job,
    "RayJob.ray.io": job,
    "RayService.ray.io": service,
}
