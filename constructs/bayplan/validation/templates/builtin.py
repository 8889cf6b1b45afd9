"""Kubernetes' own kinds, and those that are made like them: a whole pod template at a fixed place.

Sources: <https://kubernetes.io/docs/concepts/workloads/controllers/>,
<https://argo-rollouts.readthedocs.io/en/stable/migrating/>, <https://openkruise.io/docs/user-manuals/cloneset>
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mapping_at, text_at, texts_at
from bayplan.validation.pod import ONE, UNCOUNTED, Count
from bayplan.validation.templates.reading import fixed, job_count, templated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree

JOB_LABELS = (
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
)
SET_LABELS = ("apps.kubernetes.io/pod-index", "controller-revision-hash", "statefulset.kubernetes.io/pod-name")
ROLLOUT_LABELS = ("role", "rollouts-pod-template-hash")
ROLLOUT = "Rollout.argoproj.io"


def replicas(owner: Manifest) -> Count:
    """`spec.replicas`, 1 where it is not said."""
    return fixed(owner.body, "spec", "replicas")


def nodes(_: Manifest) -> Count:
    """One for each node."""
    return UNCOUNTED


def one(_: Manifest) -> Count:
    """A single pod."""
    return ONE


def job(owner: Manifest) -> Count:
    """The pods of a Job."""
    return job_count(mapping_at(owner.body, "spec"))


def cron_job(owner: Manifest) -> Count:
    """None between two runs, and those of all Jobs that may run at a time."""
    most = job_count(mapping_at(owner.body, "spec", "jobTemplate", "spec")).most
    is_single = text_at(owner.body, "spec", "concurrencyPolicy") in ("Forbid", "Replace")
    return Count(0, most if is_single else None)


class Shape(NamedTuple):
    """Where a kind keeps its template, and what it adds."""

    template: tuple[str, ...]
    added_labels: tuple[str, ...] = ()
    counted: Callable[[Manifest], Count] = replicas
    scaled: bool = False
    """Whether it has the scale subresource: a number of replicas that others can ask for and set."""


SPEC = ("spec", "template")
SHAPES: dict[str, Shape] = {
    "CloneSet.apps.kruise.io": Shape(SPEC, ("apps.kruise.io/cloneset-instance-id", "pod-template-hash"), scaled=True),
    "CronJob.batch": Shape(("spec", "jobTemplate", "spec", "template"), JOB_LABELS, cron_job),
    "DaemonSet.apps": Shape(SPEC, ("controller-revision-hash", "pod-template-generation"), nodes),
    "DaemonSet.apps.kruise.io": Shape(SPEC, ("controller-revision-hash", "pod-template-generation"), nodes),
    "Deployment.apps": Shape(SPEC, ("pod-template-hash",), scaled=True),
    "DeploymentConfig.apps.openshift.io": Shape(SPEC, ("deployment", "deploymentconfig"), scaled=True),
    "Job.batch": Shape(SPEC, JOB_LABELS, job),
    "Pod": Shape((), (), one),
    "PodTemplate": Shape(("template",), (), one),
    "ReplicaSet.apps": Shape(SPEC, scaled=True),
    "ReplicationController": Shape(SPEC, scaled=True),
    ROLLOUT: Shape(SPEC, ROLLOUT_LABELS, scaled=True),
    "StatefulSet.apps": Shape(SPEC, SET_LABELS, scaled=True),
    "StatefulSet.apps.kruise.io": Shape(SPEC, SET_LABELS, scaled=True),
}


def maker(shape: Shape) -> Maker:
    """The reader of one shape."""

    def read(owner: Manifest, _: Tree) -> Iterator[Pod]:
        pod = templated(owner, *shape.template, added=shape.added_labels, count=shape.counted(owner))
        # the API server demands that both agree; a template that is cut short in a file still says whose pods these are
        selected = {} if pod.labels else texts_at(owner.body, "spec", "selector", "matchLabels")
        yield replace(pod, labels=selected) if selected else pod

    return read


def rollout(owner: Manifest, tree: Tree) -> Iterator[Pod]:
    """An Argo Rollout may take its template from a Deployment, which it then scales down."""
    name = text_at(owner.body, "spec", "workloadRef", "name")
    if not name:
        yield from maker(SHAPES[ROLLOUT])(owner, tree)
        return
    kind = text_at(owner.body, "spec", "workloadRef", "kind")
    source = tree.find(f"{kind}.apps", owner.ref.namespace, name)
    if source is not None:
        pod = templated(source, *SPEC, added=ROLLOUT_LABELS, count=replicas(owner))
        yield replace(pod, owner=owner, pointer="/spec/workloadRef", is_borrowed=True)


MAKERS: dict[str, Maker] = {kind: maker(shape) for kind, shape in SHAPES.items()} | {ROLLOUT: rollout}
