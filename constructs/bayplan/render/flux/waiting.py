"""What a Kustomization waits for, where that is not everything in it.

`wait: true` asks about every object that was applied. Of two that would take hours: a Job of Kubernetes, for which Flux
has a reader of its own that comes before any expression and waits until it has ended (kustomize-controller 1.9.6,
getClientAndPoller), and a claim that is bound when a nightly job first runs. No other change of the app would come
until then. So a Kustomization with such an object names all else.

Of what is made once (`ssa: IfNotPresent`) it never asks again: every later sync skips that, and what is skipped has no
health (checkHealth). A job that failed after hours would never be told; so it is named, too.
Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#wait>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.render.flux.health import HEALTH
from bayplan.render.flux.judge import Judge
from bayplan.render.flux.references import references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.render.api_object import Body

ENDING = {
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("jobset.x-k8s.io", "JobSet"),
    ("ray.io", "RayJob"),
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"),
    ("sparkoperator.k8s.io", "SparkApplication"),
    ("trainer.kubeflow.org", "TrainJob"),
}
"""Kinds whose pods are there only now and then."""
APPLY = "kustomize.toolkit.fluxcd.io/ssa"


def waits_for(bodies: Sequence[Body]) -> list[Body] | None:
    """What a Kustomization waits for where it must not wait for everything; None where it can."""
    passed = _not_waited_for(bodies)
    if not passed and not any(_is_made_once(body) for body in bodies):
        return None
    refs = [(str(body["apiVersion"]), Ref.of(body)) for body in bodies]
    return [
        {"apiVersion": version, "kind": ref.kind, "namespace": ref.namespace or None, "name": ref.name}
        for version, ref in sorted(refs)
        if ref not in passed
        and ((ref.group, ref.kind) not in HEALTH or HEALTH[ref.group, ref.kind].judge is not Judge.NOBODY)
    ]


def _is_made_once(body: Body) -> bool:
    return "IfNotPresent" in ((body["metadata"].get("annotations") or {}).get(APPLY) or "")


def _not_waited_for(bodies: Sequence[Body]) -> set[Ref]:
    """Jobs of Kubernetes; and claims of what runs now and then, which are bound when its first pod is there."""
    jobs, claimed_by_jobs, claimed = set(), set(), set()
    for body in bodies:
        ref = Ref.of(body)
        claims = {one for one in references(body) if one.kind == "PersistentVolumeClaim"}
        if (ref.group, ref.kind) in ENDING:
            claimed_by_jobs |= claims
        else:
            claimed |= claims
        if (ref.group, ref.kind) == ("batch", "Job"):
            jobs.add(ref)
    return jobs | (claimed_by_jobs - claimed) & {Ref.of(body) for body in bodies}
