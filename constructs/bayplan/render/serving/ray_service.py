"""A model server that Ray Serve answers for: a RayService, for which KubeRay makes a cluster of a head and replicas.

Each replica of the deployment fills a pod; callers reach them through our Service, which knows the replicas of both
clusters while a new version comes: a pod is ready when Serve's proxy beside it has something to answer with. KubeRay
makes no new cluster where numbers of pods alone have changed, and leaves the one that runs as it is; so the numbers
stand in an annotation of the pods besides (GenerateHashWithoutReplicasAndWorkersToDelete).

Ray's autoscaler asks the API server for pods: the head then has a token of the server's account, to which KubeRay binds
a Role for it.

Source: <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/rayservice.html>, controllers/ray of KubeRay 1.6.2
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.container import program
from bayplan.render.pod import pod_metadata, pod_spec, pod_template
from bayplan.render.serving.llm_service import berth_of_part
from bayplan.render.traits.resources import container_resources
from bayplan.render.traits.rollout import before_stop, grace_seconds
from bayplan.render.traits.secrets import SEALED
from bayplan.render.traits.siblings import API_SERVER_PORTS, Siblings
from bayplan.render.tuning.pods import GROUP, SHARED_TENTHS, USER, cpus_of
from bayplan.render.workloads.tuning_job import OPERATOR
from bayplan.spec.amount import parse
from bayplan.spec.ray_serving import AUTOSCALER, HEAD, PORTS, REPLICA

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place
    from bayplan.spec.traits.ray_serve import RayServe
    from bayplan.spec.workloads.model_server import ModelServer

API_VERSION, KIND = "ray.io/v1", "RayService"
PORT = "serve"
"""As KubeRay calls the port that it asks and serves."""
NUMBERS = "bayplan.dev/replicas"
CLUSTER_SECONDS = 180
"""What a cluster takes besides its replicas: a head that answers, workers that find it, an application that is read."""
_SHARED = "/dev/shm"  # noqa: S108 - a path in the pod
_HOME = "/tmp"  # noqa: S108 - a path in the pod


def ray_service(server: ModelServer, ray: RayServe, serving: Serving, place: Place) -> Body:
    """The spec of a RayService; `place` has the mesh of the cluster, of which these pods stay out."""
    least, most = _between(server)
    return {
        "serveConfigV2": json.dumps(_application(server, ray), indent=2, sort_keys=True) + "\n",
        "upgradeStrategy": {"type": "NewCluster"},
        # its proxy would hand all on to the replicas' machines
        "excludeHeadPodFromServeSvc": True,
        "rayClusterConfig": {
            "rayVersion": ray.version,
            "enableInTreeAutoscaling": True if server.autoscale else None,
            "autoscalerOptions": _autoscaler() if server.autoscale else None,
            "headGroupSpec": {
                "rayStartParams": {"dashboard-host": "0.0.0.0", **_offers(server, head=True)},  # noqa: S104 - policies say who comes
                "template": _head(server, ray, place),
            },
            "workerGroupSpecs": [
                {
                    "groupName": REPLICA,
                    "replicas": None if server.autoscale else most,
                    "minReplicas": least,
                    "maxReplicas": most,
                    "rayStartParams": _offers(server, head=False),
                    "template": _replica(server, serving, place),
                }
            ],
        },
    }


def ways(scope: Construct, server: ModelServer, place: Place) -> None:
    """Ray's parts reach each other on all ports, KubeRay the head, and the head the API server where it scales."""
    Siblings(
        scope,
        name=server.name,
        site=place.site,
        ports=(),
        outside_ports=API_SERVER_PORTS if server.autoscale else (),
        called=((OPERATOR, PORTS["dashboard"]),),
        origin=server.origin,
    )


def _between(server: ModelServer) -> tuple[int, int]:
    if server.autoscale and server.autoscale.hold is not None:
        return server.autoscale.hold, server.autoscale.hold
    return server.replicas_min, server.replicas_max


def _application(server: ModelServer, ray: RayServe) -> Body:
    least, most = _between(server)
    actor = {"num_cpus": cpus_of(server.resources), "num_gpus": server.accelerator.count if server.accelerator else 0}
    deployment: Body = {"name": ray.deployment, "max_replicas_per_node": 1, "ray_actor_options": actor}
    if server.autoscale and server.autoscale.concurrency:
        aim = float(parse(server.autoscale.concurrency))
        follow = {"min_replicas": least, "max_replicas": most, "target_ongoing_requests": aim}
        deployment["autoscaling_config"] = follow
    else:
        deployment["num_replicas"] = most
    deployment["graceful_shutdown_timeout_s"] = server.rollout.drain_seconds
    return {
        "proxy_location": "EveryNode",
        "http_options": {"host": "0.0.0.0", "port": server.port},  # noqa: S104 - policies say who comes
        "applications": [
            {"name": server.name, "route_prefix": "/", "import_path": ray.app, "deployments": [deployment]}
        ],
    }


def _offers(server: ModelServer, *, head: bool) -> dict[str, str]:
    """What of a pod Ray may hand out: nothing of the head."""
    memory = server.ray.head.memory_mib if head and server.ray else server.resources.memory_mib
    count = server.accelerator.count if server.accelerator else 0
    return {
        "num-cpus": str(0 if head else cpus_of(server.resources)),
        "num-gpus": str(0 if head else count),
        "object-store-memory": str(_shared_mib(memory) * 2**20),
    }


def _shared_mib(memory_mib: int) -> int:
    return memory_mib * SHARED_TENTHS // 10


def _replica(server: ModelServer, serving: Serving, place: Place) -> Body:
    template = pod_template(server, serving, replace(place, berth=berth_of_part(place, REPLICA)), REPLICA)
    container = template["spec"]["containers"][0]
    for unasked in ("command", "args", "startupProbe", "readinessProbe", "livenessProbe"):
        container.pop(unasked, None)  # KubeRay's own
    ports = [{"name": PORT, "containerPort": server.port, "protocol": "TCP"}]
    least, most = _between(server)
    notes = {**(template["metadata"].get("annotations") or {}), NUMBERS: f"{least}-{most}"}
    made = _of_ray(template["spec"], {**container, "name": "ray-worker", "ports": ports}, server.resources.memory_mib)
    return {"metadata": {**template["metadata"], "annotations": notes}, "spec": made}


def _head(server: ModelServer, ray: RayServe, place: Place) -> Body:
    """The pod that keeps the cluster and reads the application; it holds no model."""
    alone = server.model_copy(update={"accelerator": None, "storage": None})
    here = replace(place, berth=berth_of_part(place, HEAD))
    own = program(alone, ray.head, None, resource=here.berth.resource)
    ports = {**{name: PORTS[name] for name in ("gcs-server", "dashboard", "client")}, PORT: server.port}
    container = {
        **own,
        "name": "ray-head",
        "command": None,
        "args": None,
        "ports": [{"name": name, "containerPort": port, "protocol": "TCP"} for name, port in ports.items()],
        "lifecycle": before_stop(),
    }
    spec = pod_spec(alone, here, containers=[container], accelerator=None, grace_seconds=grace_seconds(server.rollout))
    if server.autoscale:
        spec["automountServiceAccountToken"] = True
    metadata = pod_metadata(server, here, HEAD)
    notes = {
        **(metadata.get("annotations") or {}),
        **({SEALED: place.seal} if place.seal else {}),
        **({"karpenter.sh/do-not-disrupt": "true"} if here.berth.bought else {}),
    }
    made = _of_ray(spec, container, ray.head.memory_mib)
    return {"metadata": {**metadata, **({"annotations": notes} if notes else {})}, "spec": made}


def _of_ray(spec: Body, container: Body, memory_mib: int) -> Body:
    """A pod of Ray's images: their user, a home to write to, shared memory for objects."""
    shared = {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": f"{_shared_mib(memory_mib)}Mi"}}
    mounts = [one for one in container["volumeMounts"] if one["mountPath"] != _SHARED]
    env = container.get("env") or []
    home = [] if any(one["name"] == "HOME" for one in env) else [{"name": "HOME", "value": _HOME}]
    own = {
        **container,
        "env": [*env, *home],
        "volumeMounts": [*mounts, {"name": "shm", "mountPath": _SHARED}],
    }
    return {
        **spec,
        "containers": [own],
        "securityContext": {**spec["securityContext"], "runAsUser": USER, "runAsGroup": GROUP},
        "volumes": [*(one for one in spec["volumes"] if one["name"] != "shm"), shared],
    }


def _autoscaler() -> Body:
    """Ray's autoscaler, beside the head: as little allowed as all others."""
    return {
        "resources": container_resources(AUTOSCALER, {}),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "env": [{"name": "HOME", "value": _HOME}],
        "volumeMounts": [{"name": "tmp", "mountPath": _HOME}],
    }
