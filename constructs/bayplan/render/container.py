"""The one container of a workload's pods that is its program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bayplan.render.as_said import all_as_said, as_said
from bayplan.render.serving.brought import Brought, settings
from bayplan.render.traits.accelerator import accelerator_amounts, shared_memory
from bayplan.render.traits.resources import container_resources
from bayplan.render.traits.rollout import before_stop
from bayplan.render.traits.secrets import secret_settings, secret_volumes
from bayplan.render.traits.storage import storage_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bayplan.render.api_object import Body
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.resources import Resources
    from bayplan.spec.workloads.server import Server
    from bayplan.spec.workloads.workload import Workload

_STARTUP_PERIOD_SECONDS = 5


def bring_nothing(_workload: Server) -> Brought:
    """What most programs bring."""
    return Brought()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How a program answers, and how it is asked whether it is well."""

    protocol: Literal["http", "grpc"]
    health: str
    """HTTP path; of no interest for gRPC."""
    startup_seconds: int
    """How long it may take until it answers for the first time."""
    bring: Callable[[Any], Brought] = bring_nothing
    """What its pods bring besides, for the workload as each of its parts sees it."""


def container(workload: Server, serving: Serving, *, resource: str) -> Body:
    """The container of a program that answers; `resource` is what its accelerators are counted under."""
    brought = serving.bring(workload)
    accelerator = workload.accelerator
    return {
        **program(workload, workload.resources, accelerator, resource=resource, mounts=brought.mounts),
        "command": all_as_said(workload.command) or list(brought.command) or None,
        "args": [*brought.args, *(all_as_said(workload.args) or ())] or None,
        "env": [*settings(workload.env, brought), *secret_settings(workload.secrets)] or None,
        "ports": [{"name": serving.protocol, "containerPort": workload.port, "protocol": "TCP"}],
        **_probes(workload.port, serving),
        "lifecycle": before_stop(),
    }


def program(
    workload: Workload,
    resources: Resources,
    accelerator: Accelerator | None,
    *,
    resource: str,
    mounts: Iterable[Body] = (),
) -> Body:
    """The container of any program, named as its workload; `mounts` are those of its kind."""
    own = [*shared_memory(accelerator)[1], *storage_volume(workload.storage, workload.name)[1], *mounts]
    own += secret_volumes(workload.secrets)[1]
    env = [{"name": name, "value": as_said(value)} for name, value in sorted(workload.env.items())]
    env += secret_settings(workload.secrets)
    return {
        "name": workload.name,
        "image": workload.image,
        "command": all_as_said(workload.command),
        "args": all_as_said(workload.args),
        "env": env or None,
        "resources": container_resources(resources, accelerator_amounts(accelerator, resource)),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, *own],  # noqa: S108 - a path in the pod
    }


def _probes(port: int, serving: Serving) -> Body:
    if serving.protocol == "grpc":
        asked: Body = {"grpc": {"port": port}}
    else:
        asked = {"httpGet": {"path": serving.health, "port": serving.protocol}}
    tries = -(-serving.startup_seconds // _STARTUP_PERIOD_SECONDS)
    return {
        "startupProbe": {
            **asked,
            "periodSeconds": _STARTUP_PERIOD_SECONDS,
            "timeoutSeconds": 3,
            "failureThreshold": tries,
        },
        "readinessProbe": {**asked, "periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 2},
        # slower to judge than readiness: a replica that is only busy is left alone, not restarted
        "livenessProbe": {**asked, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 6},
    }
