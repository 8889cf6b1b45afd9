"""A notebook to develop in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.as_said import all_as_said
from bayplan.render.container import program
from bayplan.render.content_hash import content_name
from bayplan.render.labels import labels
from bayplan.render.pod import pod_metadata, pod_spec
from bayplan.render.site import Route
from bayplan.render.traits.sign_in import SignIn
from bayplan.render.workloads.job import Job
from bayplan.spec.span import seconds_of

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.workloads.workspace import Workspace as Spec

WHO = ("owner", "sign_in.host", "sign_in.issuer", "sign_in.keys", "sign_in.header")
"""Words of who may come, which a session need not hear of."""
LOOK_SECONDS = 60
STOP_SECONDS = 30
TRIES = 3
UNDISTURBED = {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false", "karpenter.sh/do-not-disrupt": "true"}
"""What moves pods to save nodes leaves sessions alone; they end soon enough."""


class Workspace(Job):
    """A Job for a session, or a CronJob that begins them; and a way in for its owner, where there is one.

    Unlike other jobs it leaves no history: Flux ends a session whose words have changed (two of them would write to one
    volume), and never changes one.
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        super().__init__(
            scope, id, workload=workload, place=place, runs=[] if place.waits else [_sessions(workload, place)]
        )
        if workload.sign_in and place.site.mesh:
            SignIn(
                self,
                name=workload.name,
                site=place.site,
                mesh=place.site.mesh,
                port=workload.port,
                owner=workload.owner,
                sign_in=workload.sign_in,
                # pages stay connected for as long as they are open
                route=Route(app=place.site.app, workload=workload.name, timeout="", retries=0),
                origin=workload.sign_in.origin or workload.origin,
            )


def _sessions(workspace: Spec, place: Place) -> Body:
    marks, session = labels(place.site, workspace.name), _session(workspace, place)
    metadata: Body = {"name": workspace.name, "namespace": place.site.app, "labels": marks}
    if not workspace.starts:
        metadata["name"] = content_name(workspace, besides=WHO)
        metadata["annotations"] = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": session}
    spec = {
        "schedule": workspace.starts,
        "timeZone": workspace.time_zone,
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {"metadata": {"labels": marks}, "spec": session},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}


def _session(workspace: Spec, place: Place) -> Body:
    metadata = pod_metadata(workspace, place)
    container = program(workspace, workspace.resources, workspace.accelerator, resource=place.berth.resource)
    said = {one["name"] for one in container["env"] or ()}
    home = {"HOME": workspace.storage.path, "JUPYTER_RUNTIME_DIR": "/tmp/jupyter"}  # noqa: S108 - a path in the pod
    env = [{"name": name, "value": value} for name, value in home.items() if name not in said]
    jupyter = {
        **container,
        "command": all_as_said(workspace.command) or ["jupyter", "lab"],
        "args": [*_options(workspace), *(all_as_said(workspace.args) or ())],
        "env": sorted([*(container["env"] or ()), *env], key=lambda one: str(one["name"])),
        "ports": [{"name": "http", "containerPort": workspace.port, "protocol": "TCP"}],
    }
    spec = pod_spec(
        workspace,
        place,
        containers=[jupyter],
        accelerator=workspace.accelerator,
        grace_seconds=STOP_SECONDS,
    )
    return {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": TRIES,
        "activeDeadlineSeconds": seconds_of(workspace.longest),
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": {
            "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
        },
        "template": {
            "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), **UNDISTURBED}},
            "spec": {**spec, "restartPolicy": "Never"},
        },
    }


def _options(workspace: Spec) -> list[str]:
    """Where it listens, and when it ends: by itself, with exit code 0, so that the Job is complete.

    Source: <https://jupyter-server.readthedocs.io/en/latest/other/full-config.html>
    """
    idle = seconds_of(workspace.idle)
    shown = workspace.sign_in is not None
    return [
        "--no-browser",
        f"--ServerApp.ip={'0.0.0.0' if shown else '127.0.0.1'}",  # noqa: S104 - policies say who comes
        f"--ServerApp.port={workspace.port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={workspace.storage.path}",
        # who comes through the gateway has shown a better token
        *(["--IdentityProvider.token="] if shown else []),
        f"--ServerApp.shutdown_no_activity_timeout={idle}",
        f"--MappingKernelManager.cull_idle_timeout={idle}",
        f"--MappingKernelManager.cull_interval={LOOK_SECONDS}",
        "--MappingKernelManager.cull_connected=True",
        f"--TerminalManager.cull_inactive_timeout={idle}",
        f"--TerminalManager.cull_interval={LOOK_SECONDS}",
    ]
