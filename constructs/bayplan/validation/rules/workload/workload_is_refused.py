"""A workload asks for what its controller cannot do.

The API server refuses the object, and Flux stops with everything that is applied with it. Pods that a Deployment keeps
running must restart always, those of a Job never so; an update that may neither add a pod nor take one away cannot
begin; only a Job whose pods have an index can end before all of them have. Change the field to one that the kind
allows.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy>,
<https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schedules import strange_zone, unread
from bayplan.validation.schema.refused import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch/v1
kind: Job
metadata: {name: chat, namespace: chat}
spec:
  template:
    spec:
      restartPolicy: Always
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("Always", "Never")
STAYING = frozenset(
    {"DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "ReplicationController", "StatefulSet.apps"}
)
JOB = ("spec", "jobTemplate", "spec")


@rule(
    "WRK011",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=(*sorted(STAYING), "CronJob.batch", "Job.batch"),
    fix="write what the kind allows",
)
def workload_is_refused(workload: Manifest, _: World) -> Iterator[Hit]:
    """Judge the restart policy and the way of updating."""
    kind = kind_of(workload)
    spec = mapping_at(workload.body, "spec")
    if kind in STAYING:
        yield from of_staying(workload, spec)
    if kind == "Deployment.apps":
        yield from of_update(mapping_at(spec, "strategy"), "Recreate", "/spec/strategy")
    elif kind in ("StatefulSet.apps", "DaemonSet.apps"):
        update = mapping_at(spec, "updateStrategy")
        yield from of_rolling(update, kind)
    elif kind == "Job.batch":
        yield from of_job(spec, "/spec")
    elif kind == "CronJob.batch":
        job = mapping_at(workload.body, *JOB)
        yield from of_job(job, "/spec/jobTemplate/spec")
        if mapping_at(job, "selector"):
            yield Hit("/spec/jobTemplate/spec/selector", "has a selector: Kubernetes makes that of each Job")
        yield from of_schedule(spec)


def of_schedule(spec: dict[str, Any]) -> Iterator[Hit]:
    """Schedule and zone of a CronJob; those of a wrong form SCH001 tells."""
    zone, schedule = text_at(spec, "timeZone"), text_at(spec, "schedule")
    if is_of(forms.TIME_ZONE, zone) and (why := strange_zone(zone)):
        yield Hit("/spec/timeZone", why)
    if is_of(forms.SCHEDULE, schedule) and (why := unread(schedule)):
        yield Hit("/spec/schedule", why)


def is_of(form: dict[str, Any], text: str) -> bool:
    """Whether a text has a form of the schemas."""
    return bool(re.fullmatch(form["pattern"][1:-1], text))


def of_rolling(update: dict[str, Any], kind: str) -> Iterator[Hit]:
    """How the pods of a StatefulSet or a DaemonSet are replaced."""
    where, rolling = "/spec/updateStrategy/rollingUpdate", mapping_at(update, "rollingUpdate")
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    if kind == "StatefulSet.apps":
        if text_at(update, "type") == "OnDelete" and rolling:
            yield Hit(where, "says how to roll, and to update on deletion only")
        if is_zero(unavailable):
            yield Hit(f"{where}/maxUnavailable", "is 0: an update could never begin")
    elif is_zero(unavailable) and (surge is None or is_zero(surge)):
        yield Hit(f"{where}/maxUnavailable", "an update may neither add a pod nor take one away: maxSurge is 0, too")
    elif surge is not None and not is_zero(surge) and not is_zero(unavailable):
        yield Hit(f"{where}/maxSurge", "pods are added first only where none may be unavailable: `maxUnavailable: 0`")


def of_staying(workload: Manifest, spec: dict[str, Any]) -> Iterator[Hit]:
    """Pods that are to run for ever."""
    pod = mapping_at(spec, "template", "spec")
    policy = text_at(pod, "restartPolicy")
    if policy not in ("", "Always") and not is_variable(policy):
        message = f"the pods of a {workload.ref.kind} must restart Always, not {policy}"
        yield Hit("/spec/template/spec/restartPolicy", message)
    if value_at(pod, "activeDeadlineSeconds") is not None:
        message = f"the pods of a {workload.ref.kind} run for ever: they have no deadline"
        yield Hit("/spec/template/spec/activeDeadlineSeconds", message)


def of_update(strategy: dict[str, Any], other: str, where: str) -> Iterator[Hit]:
    """How pods are replaced."""
    rolling = mapping_at(strategy, "rollingUpdate")
    if text_at(strategy, "type") == other and rolling:
        yield Hit(f"{where}/rollingUpdate", f"says how to roll, and to {other.lower()}")
        return
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    if is_zero(unavailable) and is_zero(surge):
        yield Hit(f"{where}/rollingUpdate", "an update may neither add a pod nor take one away: maxSurge is 0, too")
    if isinstance(unavailable, str) and unavailable.removesuffix("%").isdecimal() and int(unavailable[:-1] or 0) > 100:
        yield Hit(f"{where}/rollingUpdate/maxUnavailable", f"{unavailable} of the pods are more than there are")


def is_zero(value: object) -> bool:
    """0 as a number or a share; a number of pods that is not said has another default."""
    return value in ("0%", "0") or (value == 0 and isinstance(value, int) and not isinstance(value, bool))


def of_failures(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """Containers whose exit codes a Job looks at."""
    pod = mapping_at(spec, "template", "spec")
    names = {text_at(one, "name") for part in ("containers", "initContainers") for _, one in mappings_at(pod, part)}
    for index, one in mappings_at(spec, "podFailurePolicy", "rules"):
        name = text_at(one, "onExitCodes", "containerName")
        if name and name not in names and not any(map(is_variable, {name, *names})):
            place = f"{where}/podFailurePolicy/rules/{index}/onExitCodes/containerName"
            yield Hit(place, f"looks at container {name}; the pods have {', '.join(sorted(names))}")


def of_job(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """Restart policy and indexes of a Job."""
    if not mapping_at(spec, "template", "spec"):
        return
    policy = text_at(spec, "template", "spec", "restartPolicy")
    if policy in ("", "Always"):
        what = "Always" if policy else "Always, the default"
        place = f"{where}/template/spec" + ("/restartPolicy" if policy else "")
        yield Hit(place, f"the pods of a Job must restart OnFailure or Never, not {what}")
    if "podFailurePolicy" in spec:
        yield from of_failures(spec, where)
    if "podFailurePolicy" in spec and policy == "OnFailure":
        message = "a Job with a podFailurePolicy must restart its pods Never"
        yield Hit(f"{where}/template/spec/restartPolicy", message)
    if "successPolicy" in spec and text_at(spec, "completionMode") != "Indexed":
        yield Hit(f"{where}/successPolicy", "successPolicy needs `completionMode: Indexed`")
