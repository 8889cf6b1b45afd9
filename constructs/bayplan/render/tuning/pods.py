"""Head, trials and submitter of a Ray cluster, each where the plan put it.

Source: <https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html>
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.container import program
from bayplan.render.pod import pod_metadata, pod_spec
from bayplan.spec.workloads.tuning_job import HEAD, SUBMITTER, TRIAL

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.traits.resources import Resources
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.workloads.tuning_job import TuningJob

FOLDER = "/etc/bayplan"
"""Where the program that asks for trials lies."""
NAMES = {HEAD: "ray-head", TRIAL: "ray-worker", SUBMITTER: "ray-job-submitter"}
USER, GROUP = 1000, 100
"""Those of Ray's own images, whose Python lies in their home."""
STOP_SECONDS = 60
SHARED_TENTHS = 3
"""Of the memory, for objects that pods hand to each other: as much as Ray itself would take."""
PORTS = {"gcs-server": 6379, "dashboard": 8265, "client": 10001}


def template(job: TuningJob, group: Group, place: Place, config: str) -> Body:
    """A pod of one group; `config` is the ConfigMap with the program that asks for trials."""
    berth = next((share.berth for share in place.shares if share.part == group.name), place.berth)
    brought = _brought(group, config)
    one = job.model_copy(update={"accelerator": group.accelerator})
    container = program(one, group.resources, group.accelerator, resource=berth.resource)
    mounts = {mount["mountPath"]: mount for mount in [*container["volumeMounts"], *brought["mounts"]]}
    own = {
        **container,
        "name": NAMES[group.name],
        # Ray's own start, and not the program's: KubeRay puts it here
        "command": None,
        "args": None,
        "env": [*(container["env"] or ()), {"name": "HOME", "value": "/tmp"}],  # noqa: S108 - a path in the pod
        "ports": _ports() if group.name == HEAD else None,
        "volumeMounts": list(mounts.values()),
    }
    spec = pod_spec(
        one,
        replace(place, berth=berth),
        containers=[own],
        accelerator=group.accelerator,
        grace_seconds=STOP_SECONDS,
    )
    volumes = {volume["name"]: volume for volume in [*spec["volumes"], *brought["volumes"]]}
    return {
        "metadata": pod_metadata(job, place, group.name),
        "spec": {
            **spec,
            "securityContext": {**spec["securityContext"], "runAsUser": USER, "runAsGroup": GROUP},
            "volumes": list(volumes.values()),
            "restartPolicy": "Never" if group.name == SUBMITTER else None,
        },
    }


def start(group: Group) -> dict[str, str]:
    """`rayStartParams`: what of a pod Ray may hand out. None of the head: a trial there would starve all others."""
    shown = {"dashboard-host": "0.0.0.0"} if group.name == HEAD else {}  # noqa: S104 - policies say who comes
    return {
        **shown,
        "num-cpus": str(0 if group.name == HEAD else cpus_of(group.resources)),
        "num-gpus": str(group.accelerator.count if group.accelerator else 0),
        "object-store-memory": str(_shared_mib(group) * 2**20),
    }


def cpus_of(resources: Resources) -> int:
    """Processors of a pod, as Ray counts them: whole ones, at least one."""
    return max(1, resources.cpu_millicores // 1000)


def _shared_mib(group: Group) -> int:
    return group.resources.memory_mib * SHARED_TENTHS // 10


def _ports() -> list[Body]:
    return [{"name": name, "containerPort": port, "protocol": "TCP"} for name, port in PORTS.items()]


def _brought(group: Group, config: str) -> dict[str, list[Body]]:
    """Shared memory for objects, of which containers have only 64 MB; and the program, where it runs."""
    volumes: list[Body] = []
    mounts: list[Body] = []
    if group.name != SUBMITTER:
        volumes.append({"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": f"{_shared_mib(group)}Mi"}})
        mounts.append({"name": "shm", "mountPath": "/dev/shm"})  # noqa: S108 - a path in the pod
        volumes.append({"name": "search", "configMap": {"name": config}})
        mounts.append({"name": "search", "mountPath": FOLDER, "readOnly": True})
    return {"volumes": volumes, "mounts": mounts}
