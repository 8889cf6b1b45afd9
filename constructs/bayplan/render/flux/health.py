"""Who judges, for Flux, whether an object is healthy: one entry for each kind that is rendered.

With `wait: true`, kustomize-controller asks kstatus about every object of a Kustomization, or the expression that the
Kustomization has for its kind (`healthCheckExprs`; `wait` leaves these in force, unlike `healthChecks`). What was read
in the sources (kustomize-controller 1.9.6, fluxcd/cli-utils 1.2.3, fluxcd/pkg/runtime 0.110.3); of it,
tests/e2e/test_health_expressions.py proves on the real controller what concerns the expressions here:

- the order is InProgress, Failed, Current; where none is true it is InProgress, until the timeout;
- an expression that errors is no answer: Flux waits. `status` alone is an error where nobody has written a status, so
  an expression asks `metadata` first whether anybody has;
- a kind that kstatus does not know is healthy as soon as it is there, unless it has a Ready, Reconciling or Stalled
  condition or an old observedGeneration.

A kind of a new controller: a line in `HEALTH`, an `Expression` where its judge needs one, and a case in
tests/e2e/test_health_expressions.py. tests/render/test_health.py fails for a kind that has no line.
Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#health-check-expressions>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.render.flux.health_of_ray import RAY
from bayplan.render.flux.health_of_routes import ROUTES
from bayplan.render.flux.judge import HAS_STATUS, IS_FRESH, IS_READY, Expression, Health, Judge, says

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body

_HAS_ERROR = "status.?validationMessages.orValue([]).exists(one, one.?level.orValue('') == 'ERROR')"
_IS_AVAILABLE = "status.conditions.exists(one, one.type == 'Available' && one.status == 'True')"
_SCALES = (
    "status.conditions.exists(one, one.type == 'Ready' && "
    "(one.status == 'True' || one.?reason.orValue('') == 'PartialTriggerError'))"
)
_ISTIO = Health(
    judge=Judge.EXPRESSION,
    why="istiod writes a status only if it analyses (PILOT_ENABLE_ANALYSIS), and then observedGeneration as a text, on "
    "which kstatus fails: the Kustomization would never be Ready. What its analysers call an error is waited for, not "
    "failed: a route may be seen before its gateway. What was said about an older version says nothing.",
    version="v1",
    expression=Expression(current="true", in_progress=f"{HAS_STATUS} && {IS_FRESH} && {_HAS_ERROR}"),
)
_NO_STATUS = Health(judge=Judge.NOBODY, why="It has no status, or none that could be bad.")
_FLUX = Health(judge=Judge.CONDITIONS, why="Flux's own kinds keep to the conditions that kstatus reads.")
_KARPENTER = Health(
    judge=Judge.CONDITIONS,
    why="Karpenter says Ready: of a class of nodes when its image, role and networks are found, of a NodePool when its "
    "class is, of an overlay when no other contradicts it.",
)
_GPU_OPERATOR = Health(
    judge=Judge.EXPRESSION,
    why="Its Ready is about every node with accelerators, and one that has just been bought takes minutes: no other "
    "change would come until then. What the operator cannot do at all is waited for.",
    version="v1",
    expression=Expression(
        current="true",
        in_progress="status.?conditions.orValue([]).exists(one, one.type == 'Error' && one.status == 'True' && "
        "one.?reason.orValue('') == 'ReconcileFailed')",
    ),
)
_QUEUE = Health(
    judge=Judge.EXPRESSION,
    why="Kueue says Active, which kstatus does not read: a queue that names a missing flavor takes no job. It becomes "
    "active as soon as the flavor is there, so it is waited for and never failed.",
    version="v1beta2",
    expression=Expression(
        current="status.?conditions.orValue([]).exists(one, one.type == 'Active' && one.status == 'True')"
    ),
)

_HAS_FAILED = "status.?conditions.orValue([]).exists(one, one.type == 'Failed' && one.status == 'True')"


def _training(version: str, what: str) -> Health:
    return Health(
        judge=Judge.EXPRESSION,
        why=f"kstatus does not read Failed of {what}. One that waits in a queue or trains is healthy: it may be days "
        "in which no other change of the app would come.",
        version=version,
        expression=Expression(current="true", failed=f"{HAS_STATUS} && {_HAS_FAILED}"),
    )


HEALTH: dict[tuple[str, str], Health] = {
    **ROUTES,
    ("", "ConfigMap"): _NO_STATUS,
    ("", "Namespace"): _NO_STATUS,
    ("", "PersistentVolumeClaim"): Health(
        judge=Judge.RULE, why="Healthy when it is bound; one that waits for its first pod is waited for with the pod."
    ),
    ("", "Service"): Health(judge=Judge.RULE, why="A LoadBalancer waits for its cluster IP; any other is healthy."),
    ("", "ServiceAccount"): _NO_STATUS,
    ("apps", "StatefulSet"): Health(judge=Judge.RULE, why="Healthy when all replicas are new and ready."),
    ("apps", "Deployment"): Health(
        judge=Judge.RULE,
        why="Healthy when all replicas are new and available, failed after progressDeadlineSeconds.",
    ),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): Health(
        judge=Judge.NOBODY, why="It only recommends: without a recommendation nothing is amiss."
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): Health(
        judge=Judge.NOBODY,
        why="ScalingActive and AbleToScale are false for a while whenever an app is new, and while it has no replicas: "
        "to wait for them would fail what is healthy. An autoscaler that cannot scale is for an alert.",
    ),
    ("keda.sh", "ScaledObject"): Health(
        judge=Judge.EXPRESSION,
        why="Ready is Unknown while one of several triggers cannot be asked, which is for an alert, as long as the "
        "fallback holds; while the Deployment is not there yet, or KEDA refuses a trigger, it is waited for.",
        version="v1alpha1",
        expression=Expression(current=_SCALES),
    ),
    ("keda.sh", "TriggerAuthentication"): _NO_STATUS,
    ("serving.kserve.io", "InferenceService"): Health(
        judge=Judge.EXPRESSION,
        why="kstatus takes it for healthy as long as nobody has written a status, and then compares its generation "
        "with observedGeneration, which KServe copies from the Deployment: it might be waited for without an end.",
        version="v1beta1",
        expression=Expression(current=IS_READY),
    ),
    ("serving.kserve.io", "LLMInferenceService"): Health(
        judge=Judge.EXPRESSION,
        why="kstatus reads Ready, but takes it for healthy as long as nobody has written a status.",
        version="v1alpha2",
        expression=Expression(current=IS_READY),
    ),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"): Health(
        judge=Judge.EXPRESSION,
        why="Its conditions are Available, Progressing and UpdateInProgress, none of which kstatus reads: it would be "
        "healthy before any group of it runs.",
        version="v1",
        expression=Expression(current=f"{_IS_AVAILABLE} && {IS_FRESH}"),
    ),
    ("", "Secret"): _NO_STATUS,
    ("external-secrets.io", "ExternalSecret"): Health(
        judge=Judge.EXPRESSION,
        why="Ready says that the store was asked and the Secret is there; without it no pod starts. kstatus reads it, "
        "but takes an ExternalSecret for healthy as long as nobody has written a status.",
        version="v1",
        expression=Expression(current=IS_READY),
    ),
    ("networking.istio.io", "DestinationRule"): _ISTIO,
    ("networking.istio.io", "Gateway"): _ISTIO,
    ("networking.istio.io", "ServiceEntry"): _ISTIO,
    ("networking.istio.io", "VirtualService"): _ISTIO,
    ("networking.k8s.io", "NetworkPolicy"): _NO_STATUS,
    ("policy", "PodDisruptionBudget"): Health(
        judge=Judge.RULE,
        why="Healthy when the newest version is observed; how many may go is not asked, and need not be any.",
    ),
    ("security.istio.io", "AuthorizationPolicy"): _ISTIO,
    ("security.istio.io", "PeerAuthentication"): _ISTIO,
    ("security.istio.io", "RequestAuthentication"): _ISTIO,
    **RAY,
    ("rbac.authorization.k8s.io", "Role"): _NO_STATUS,
    ("rbac.authorization.k8s.io", "RoleBinding"): _NO_STATUS,
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"): Health(
        judge=Judge.EXPRESSION,
        why="The operator says in status.scheduleState whether it can read the schedule; kstatus reads conditions.",
        version="v1beta2",
        expression=Expression(current="true", failed=says("status.?scheduleState", "FailedValidation")),
    ),
    ("sparkoperator.k8s.io", "SparkApplication"): Health(
        judge=Judge.EXPRESSION,
        why="The operator says in status.applicationState that all tries have failed. Nobody waits for its end: that "
        "may be hours away, and no other change of the app would come until then.",
        version="v1beta2",
        expression=Expression(current="true", failed=says("status.?applicationState.?state", "FAILED")),
    ),
    ("monitoring.coreos.com", "PrometheusRule"): _NO_STATUS,
    ("batch", "CronJob"): Health(judge=Judge.NOBODY, why="It is there; each of its runs is a Job of its own."),
    ("batch", "Job"): Health(
        judge=Judge.NOBODY,
        why="Flux has a reader of its own for Jobs, which comes before any expression and waits until they have ended: "
        "hours, in which no other change of the app would come. flux/waiting.py leaves them out.",
    ),
    ("jobset.x-k8s.io", "JobSet"): _training("v1alpha2", "a JobSet"),
    ("trainer.kubeflow.org", "TrainJob"): _training("v1alpha1", "a TrainJob"),
    ("trainer.kubeflow.org", "TrainingRuntime"): _NO_STATUS,
    ("karpenter.k8s.aws", "EC2NodeClass"): _KARPENTER,
    ("karpenter.sh", "NodeOverlay"): _KARPENTER,
    ("karpenter.sh", "NodePool"): _KARPENTER,
    ("nvidia.com", "ClusterPolicy"): _GPU_OPERATOR,
    ("kueue.x-k8s.io", "ClusterQueue"): _QUEUE,
    ("kueue.x-k8s.io", "Cohort"): _NO_STATUS,
    ("kueue.x-k8s.io", "LocalQueue"): _QUEUE,
    ("kueue.x-k8s.io", "ResourceFlavor"): _NO_STATUS,
    ("kueue.x-k8s.io", "Topology"): _NO_STATUS,
    ("kueue.x-k8s.io", "WorkloadPriorityClass"): _NO_STATUS,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): _FLUX,
    ("source.toolkit.fluxcd.io", "GitRepository"): _FLUX,
    ("node.k8s.io", "RuntimeClass"): _NO_STATUS,
    ("resource.k8s.io", "DeviceClass"): _NO_STATUS,
    ("resource.k8s.io", "ResourceClaimTemplate"): _NO_STATUS,
}
"""By API group and kind, whatever the version: Flux refuses two expressions for one."""


def health_checks(bodies: Iterable[Body]) -> list[Body]:
    """`healthCheckExprs` for a folder: for the kinds in it that need one, sorted."""
    kinds = sorted({(ref.group, ref.kind) for ref in map(Ref.of, bodies)})
    found = [(group, kind, HEALTH[group, kind]) for group, kind in kinds if (group, kind) in HEALTH]
    return [
        {"apiVersion": f"{group}/{health.version}", "kind": kind, **_fields(health.expression)}
        for group, kind, health in found
        if health.expression
    ]


def _fields(expression: Expression) -> Body:
    fields = {"inProgress": expression.in_progress, "failed": expression.failed, "current": expression.current}
    return {name: text for name, text in fields.items() if text}
