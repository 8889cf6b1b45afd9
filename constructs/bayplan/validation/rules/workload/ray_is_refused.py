"""KubeRay refuses a Ray cluster, job or service.

No webhook turns it down: the API server takes the object, the operator writes that its validation failed, and makes no
pod of it. Flux sees nothing amiss, unless somebody has told it what to read. A head whose ports are said, but not
`dashboard` (and `serve`, of a service), is never asked; a service of a head that is left out never answers.

Source: <https://github.com/ray-project/kuberay/blob/v1.6.2/ray-operator/controllers/ray/utils/validation.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.ray_clusters import wrongs
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]

BAD = """
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: tune, namespace: train}
spec:
  entrypoint: python tune.py
  ttlSecondsAfterFinished: 60
  rayClusterSpec:
    headGroupSpec:
      rayStartParams: {}
      template: {spec: {containers: [{name: ray-head, image: "registry.example.com/tune@sha256:0"}]}}
"""
GOOD = BAD.replace("ttlSecondsAfterFinished: 60", "shutdownAfterJobFinishes: true\n  ttlSecondsAfterFinished: 60")
LONGEST = {"RayCluster": 53, "RayJob": 47, "RayService": 47}
LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
SELECTED = "ray.io/cluster"
TIMEOUT = "ray.io/initializing-timeout"
DURATION = re.compile(r"\+?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*|\d+")
UPGRADES = ("None", "NewCluster", "NewClusterWithIncrementalUpgrade")


@rule(
    "WRK040",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=("RayCluster.ray.io", "RayCronJob.ray.io", "RayJob.ray.io", "RayService.ray.io"),
    fix="say it as KubeRay takes it",
)
def ray_is_refused(manifest: Manifest, _: World) -> Iterator[Hit]:
    """Judge its name, the cluster that it makes, and what the kind says besides."""
    kind, name, spec = manifest.ref.kind, manifest.ref.name, mapping_at(manifest.body, "spec")
    notes = mapping_at(manifest.body, "metadata", "annotations")
    if kind in LONGEST and name and not is_variable(name):
        if len(name) > LONGEST[kind]:
            yield Hit("/metadata/name", f"{len(name)} characters, of which KubeRay takes {LONGEST[kind]}")
        elif not LABEL.fullmatch(name):
            yield Hit("/metadata/name", f"{name}: small letters, digits and hyphens, a letter first")
    if kind == "RayCluster":
        yield from wrongs(spec, "/spec", notes)
    elif kind == "RayService":
        yield from _service(spec, notes)
    else:
        job, at = (mapping_at(spec, "jobTemplate"), "/spec/jobTemplate") if kind == "RayCronJob" else (spec, "/spec")
        yield from _job(job, at)
        yield from _selected(job, at)
        yield from _submitted(job, at)
        if mapping_at(job, "rayClusterSpec"):
            yield from _owned(job, "rayClusterSpec", at, notes)


def _owned(spec: Body, word: str, at: str, notes: Body) -> Iterator[Hit]:
    """A cluster that a job or a service makes."""
    cluster = mapping_at(spec, word)
    yield from wrongs(cluster, f"{at}/{word}", notes)
    ports = _ports(cluster)
    if ports and "dashboard" not in ports:
        place = f"{at}/{word}/headGroupSpec/template/spec/containers/0/ports"
        yield Hit(place, "none is called dashboard: KubeRay cannot ask the head how it goes")
    if text_at(cluster, "upgradeStrategy", "type"):
        message = "only a RayCluster that stands for itself has an upgradeStrategy"
        yield Hit(f"{at}/{word}/upgradeStrategy/type", message)
    if mapping_at(cluster, "authOptions").get("enableK8sTokenAuth") is True:
        message = "tokens of Kubernetes are for a RayCluster that stands for itself"
        yield Hit(f"{at}/{word}/authOptions/enableK8sTokenAuth", message)


def _job(job: Body, at: str) -> Iterator[Hit]:
    ends = job.get("shutdownAfterJobFinishes") is True
    ttl, limit = whole_at(job, "ttlSecondsAfterFinished") or 0, whole_at(job, "backoffLimit")
    if job.get("suspend") is True and not ends:
        yield Hit(f"{at}/suspend", "takes shutdownAfterJobFinishes: true")
    if ttl < 0 or (ttl > 0 and not ends):
        message = f"{ttl} seconds" if ttl < 0 else "takes shutdownAfterJobFinishes: true"
        yield Hit(f"{at}/ttlSecondsAfterFinished", message)
    deadline = whole_at(job, "activeDeadlineSeconds")
    if deadline is not None and deadline <= 0:
        yield Hit(f"{at}/activeDeadlineSeconds", f"{deadline} seconds: nothing would run")
    if limit is not None and limit < 0:
        yield Hit(f"{at}/backoffLimit", f"{limit} tries")
    if ends and mappings_at(job, "deletionStrategy", "deletionRules"):
        yield Hit(f"{at}/deletionStrategy/deletionRules", "do not go with shutdownAfterJobFinishes: true")
    for word in ("onSuccess", "onFailure") if ends else ():
        if text_at(job, "deletionStrategy", word, "policy") == "DeleteNone":
            place = f"{at}/deletionStrategy/{word}/policy"
            yield Hit(place, "nothing is deleted, and shutdownAfterJobFinishes: true deletes it")
    yield from _environment(job, at)


def _environment(job: Body, at: str) -> Iterator[Hit]:
    text = text_at(job, "runtimeEnvYAML")
    if not text or is_variable(text):
        return
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        yield Hit(f"{at}/runtimeEnvYAML", "is no YAML")
        return
    if read is not None and not isinstance(read, dict):
        yield Hit(f"{at}/runtimeEnvYAML", "is no mapping, such as `env_vars: {A: b}`")


def _selected(job: Body, at: str) -> Iterator[Hit]:
    """A job on a cluster that is there already."""
    selector, limit = mapping_at(job, "clusterSelector"), whole_at(job, "backoffLimit") or 0
    place = f"{at}/clusterSelector"
    if not selector:
        if not mapping_at(job, "rayClusterSpec"):
            yield Hit(at, "neither rayClusterSpec nor clusterSelector says where it runs")
        return
    if not text_at(selector, SELECTED):
        yield Hit(place, f"names no cluster: {SELECTED}")
    if mapping_at(job, "rayClusterSpec"):
        yield Hit(place, "it runs on that cluster, and rayClusterSpec is never made")
    if job.get("suspend") is True:
        yield Hit(f"{at}/suspend", "a job on another's cluster cannot be suspended")
    if text_at(job, "submissionMode") == "SidecarMode":
        yield Hit(f"{at}/submissionMode", "SidecarMode takes a cluster of its own")
    if limit > 0:
        yield Hit(f"{at}/backoffLimit", "a job on another's cluster is not tried again")


def _submitted(job: Body, at: str) -> Iterator[Hit]:
    mode = text_at(job, "submissionMode")
    if mode == "InteractiveMode" and (whole_at(job, "backoffLimit") or 0) > 0:
        yield Hit(f"{at}/backoffLimit", "what somebody submits by hand is not tried again")
    if mode != "SidecarMode":
        return
    for word in ("submitterPodTemplate", "submitterConfig"):
        if word in job:
            yield Hit(f"{at}/{word}", "in SidecarMode nobody submits from a pod of its own")
    policy = text_at(job, "rayClusterSpec", "headGroupSpec", "template", "spec", "restartPolicy")
    if policy and policy != "Never" and not is_variable(policy):
        place = f"{at}/rayClusterSpec/headGroupSpec/template/spec/restartPolicy"
        yield Hit(place, "SidecarMode wants Never, or none")


def _service(spec: Body, notes: Body) -> Iterator[Hit]:
    cluster, at = mapping_at(spec, "rayClusterConfig"), "/spec/rayClusterConfig"
    yield from _owned(spec, "rayClusterConfig", "/spec", notes)
    if text_at(cluster, "headGroupSpec", "headService", "metadata", "name"):
        place = f"{at}/headGroupSpec/headService/metadata/name"
        yield Hit(place, "KubeRay names the Service of a head itself, since two clusters may stand beside each other")
    kind, place = text_at(spec, "upgradeStrategy", "type"), "/spec/upgradeStrategy/type"
    if kind and kind not in UPGRADES and not is_variable(kind):
        yield Hit(place, f"there are {', '.join(UPGRADES)}")
    elif kind == UPGRADES[2]:
        message = "takes KubeRay's gate RayServiceIncrementalUpgrade, without which no new version ever comes"
        yield Hit(place, message, Status.UNKNOWN)
    timeout = str(notes.get(TIMEOUT) or "")
    if timeout and not is_variable(timeout) and not (DURATION.fullmatch(timeout) and re.search("[1-9]", timeout)):
        yield Hit(f"/metadata/annotations/{TIMEOUT.replace('/', '~1')}", f"{timeout} is no time, such as 10m")
    yield from _answers(spec, cluster, at)


def _answers(spec: Body, cluster: Body, at: str) -> Iterator[Hit]:
    """Whether anybody could ever answer."""
    ports = _ports(cluster)
    if ports and "serveService" not in spec and not any(f"{name}-".startswith("serve-") for name in ports):
        place = f"{at}/headGroupSpec/template/spec/containers/0/ports"
        yield Hit(place, "none is called serve: KubeRay makes no Service, and it is never ready")
    if spec.get("excludeHeadPodFromServeSvc") is True and not mappings_at(cluster, "workerGroupSpecs"):
        yield Hit("/spec/excludeHeadPodFromServeSvc", "without workers nobody answers")


def _ports(cluster: Body) -> list[str]:
    """Names of the head's ports; none where KubeRay has its own."""
    containers = mappings_at(cluster, "headGroupSpec", "template", "spec", "containers")
    return [text_at(port, "name") for _, port in mappings_at(containers[0][1], "ports")] if containers else []
