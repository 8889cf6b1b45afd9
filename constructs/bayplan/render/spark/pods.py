"""Driver and executors, by the fields that the operator has for them.

Fields, not whole templates: Kueue reads what a run asks for from these alone, and the operator's webhook puts them
into the pods. What no field has (a deadline, room on the node's disk) stands in a template beside.
Sources, read in 2.5.2: internal/controller/sparkapplication/submission.go, internal/webhook/sparkpod_defaulter.go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.container import program
from bayplan.render.pod import pod_metadata, pod_spec
from bayplan.render.spark.settings import BLOCKS_PORT, DRIVER_PORT
from bayplan.spec.secret import key_of, name_of
from bayplan.spec.spark_memory import divide
from bayplan.spec.workloads.spark_job import DRIVER

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.workloads.group import Group
    from bayplan.spec.workloads.spark_job import SparkJob

USER = 185
"""Spark's own user in its images. Hadoop asks the image for the user's name, and fails where it has none."""
CONTAINERS = {"driver": "spark-kubernetes-driver", "executor": "spark-kubernetes-executor"}
STOP_SECONDS = 60
"""For executors to hand over what they have computed."""
COPIED = ("affinity", "nodeSelector", "priorityClassName", "tolerations", "terminationGracePeriodSeconds")


def role(job: SparkJob, group: Group, place: Place) -> Body:
    """The driver, or the executors, on the nodes that the plan chose for them."""
    here = _at(place, group.name)
    container = program(job, group.resources, group.accelerator, resource=here.berth.resource)
    spec = pod_spec(
        job,
        here,
        containers=[container],
        accelerator=group.accelerator,
        grace_seconds=STOP_SECONDS,
    )
    accelerator = group.accelerator
    return {
        "cores": max(1, group.resources.cpu_millicores // 1000),
        "coreRequest": group.resources.cpu,
        "coreLimit": group.resources.cpu_limit,
        **_memory(job, group, place),
        "gpu": {"name": here.berth.resource, "quantity": accelerator.count}
        if accelerator and not here.berth.claim
        else None,
        "serviceAccount": job.name,
        **_metadata(job, place, group.name),
        "env": [*(container["env"] or ()), *_credentials(job)] or None,
        "podSecurityContext": {**spec["securityContext"], "runAsUser": USER, "runAsGroup": USER},
        "securityContext": container["securityContext"],
        "volumeMounts": container["volumeMounts"],
        **{key: spec[key] for key in COPIED},
        "template": _template(job, group, spec),
    }


def memory_settings(job: SparkJob, group: Group) -> dict[str, str]:
    """Heap, and what stands beside it, as Spark is told."""
    heap, overhead = divide(group.resources.memory_mib, job.overhead_hundredths)
    return {"memory": f"{heap}m", "memoryOverhead": f"{overhead}m"}


def _memory(job: SparkJob, group: Group, place: Place) -> Body:
    """The same in the operator's fields, but for what waits in a queue.

    Of these Kueue counts the heap alone, as of 0.19.2 (jobs/sparkapplication/sparkapplication_podset.go): more would be
    admitted than the quota has. The limit it counts whole, and Spark finds the parts among its settings.
    """
    if place.site.queue:
        return {"memoryLimit": f"{group.resources.memory_mib}m"}
    return dict(memory_settings(job, group))


def volumes(job: SparkJob, place: Place) -> list[Body]:
    """Those of driver and executors together."""
    found = {
        one["name"]: one
        for group in job.groups
        for one in pod_spec(job, place, containers=[], accelerator=group.accelerator, grace_seconds=0)["volumes"]
    }
    return list(found.values())


def _at(place: Place, part: str) -> Place:
    """The place of one group."""
    berth = next((share.berth for share in place.shares if share.part == part), place.berth)
    return replace(place, berth=berth)


def _metadata(job: SparkJob, place: Place, part: str) -> Body:
    metadata = pod_metadata(job, place, part)
    if "annotations" in metadata:
        ports = f"{DRIVER_PORT},{BLOCKS_PORT}"
        past = {f"traffic.sidecar.istio.io/exclude{way}Ports": ports for way in ("Inbound", "Outbound")}
        metadata["annotations"] = {**metadata["annotations"], **past}
    return metadata


def _credentials(job: SparkJob) -> list[Body]:
    """Those of the object store, where Hadoop looks for them."""
    store = job.s3
    keys = {"AWS_ACCESS_KEY_ID": store.access_key, "AWS_SECRET_ACCESS_KEY": store.secret_key} if store else {}
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": name_of(secret), "key": key_of(secret)}}}
        for name, secret in keys.items()
        if secret
    ]


def _template(job: SparkJob, group: Group, pods: Body) -> Body:
    """What no field has. Spark keeps it, and adds cores and memory, which fields say."""
    kept = {"ephemeral-storage", *group.resources.others}
    asked: Body = pods["containers"][0]["resources"]
    others: Body = {
        kind: {name: amount for name, amount in asked[kind].items() if name in kept} for kind in ("requests", "limits")
    }
    others["claims"] = asked.get("claims")
    own: Body = {"name": CONTAINERS[group.name], "resources": others if any(others.values()) else None}
    spec: Body = {
        "enableServiceLinks": False,
        "runtimeClassName": pods["runtimeClassName"],
        "resourceClaims": pods.get("resourceClaims"),
        "containers": [own],
    }
    if group.name == DRIVER:
        # it asks the API server for its executors; they ask for nothing
        spec |= {"activeDeadlineSeconds": job.deadline_seconds, "automountServiceAccountToken": True}
    return {"spec": spec}
