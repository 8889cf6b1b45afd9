"""What cannot change in Jobs and in Pods that somebody wrote: pods are made once.

Sources: `ValidateJobSpecUpdate` and `ValidatePodUpdate` of <https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/apis>.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, mappings_at, value_at
from bayplan.validation.likeness import differences, has_variable, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

Body = dict[str, Any]
JOB_PARTS = ("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
SCHEDULING = ("nodeSelector", "tolerations", "affinity", "schedulingGates")
"""Parts of a template that may change while its Job is suspended."""


def job_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """A Job keeps its pods' template; while it is suspended, where they run may change."""
    before, after = mapping_at(old, "spec"), mapping_at(new, "spec")
    doubt = "it removes itself when it is done" if value_at(before, "ttlSecondsAfterFinished") is not None else ""
    for part in JOB_PARTS:
        if next(differences(said(before, part), said(after, part)), None) is not None:
            yield f"/spec/{part}", f"spec.{part}", doubt
    if is_other_number(before, after):
        yield "/spec/completions", "spec.completions", doubt
    templates = [settled(template_of(spec, free=before.get("suspend") is True)) for spec in (before, after)]
    parts = list(differences(*templates))
    if parts:
        later = "it is completed later" if any(has_variable(template) for template in templates) else ""
        yield f"/spec/template{parts[0]}", "the pod template of a Job", doubt or later


def said(spec: Body, part: str) -> object:
    """A part with its default."""
    default = {"completionMode": "NonIndexed", "managedBy": "kubernetes.io/job-controller"}.get(part)
    return settled(spec.get(part), part) or default


def is_other_number(before: Body, after: Body) -> bool:
    """Whether completions change in a way that is refused: Indexed Jobs may grow with their parallelism."""
    wanted = after.get("completions")
    if settled(before.get("completions")) == settled(wanted):
        return False
    return after.get("completionMode") != "Indexed" or (wanted is not None and wanted != after.get("parallelism"))


def template_of(spec: Body, *, free: bool) -> Body:
    """The template, without what may change while the Job is suspended."""
    template = deepcopy(mapping_at(spec, "template"))
    if free:
        template.pop("metadata", None)
        for key in SCHEDULING:
            mapping_at(template, "spec").pop(key, None)
        for part in ("containers", "initContainers"):
            for _, container in mappings_at(template, "spec", part):
                container.pop("resources", None)
    return template


def pod_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """A Pod takes other images, more tolerations, fewer gates and an earlier deadline; nothing else."""
    before, after = (settled(kept_of(body)) for body in (old, new))
    for part in differences(before, after):
        later = "it is completed later" if has_variable(before) or has_variable(after) else ""
        yield f"/spec{part}", "the spec of a Pod", later
        return


def kept_of(body: Body) -> Body:
    """The spec of a Pod without what may change."""
    spec = deepcopy(mapping_at(body, "spec"))
    for part in ("containers", "initContainers"):
        for _, container in mappings_at(spec, part):
            container.pop("image", None)
            container.pop("imagePullPolicy", None)  # its default hangs on the image
    for key in ("tolerations", "schedulingGates", "activeDeadlineSeconds", "terminationGracePeriodSeconds"):
        spec.pop(key, None)
    return spec
