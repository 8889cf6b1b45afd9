"""A CEL expression does not parse.

A policy of admission is refused by the API server, and with it the sync fails; a health check of Flux never becomes
ready; a class of devices selects none. The parser reads CEL as Kubernetes does, with optional fields and macros. Only
the syntax is judged, not the types of what it names. Correct the expression.

Source: <https://kubernetes.io/docs/reference/using-api/cel/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.expressions.places import texts_in
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: replicas}
spec:
  failurePolicy: Ignore
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
  validations: [{expression: "object.spec.replicas <= 5 && (object.spec.paused"}]
"""
GOOD = BAD.replace("(object.spec.paused", "!object.spec.paused")

CONDITIONS = "matchConditions.*.expression"
POLICY = (
    "spec.validations.*.expression",
    "spec.validations.*.messageExpression",
    f"spec.{CONDITIONS}",
    "spec.variables.*.expression",
    "spec.auditAnnotations.*.valueExpression",
)
MUTATING = (
    "spec.mutations.*.applyConfiguration.expression",
    "spec.mutations.*.jsonPatch.expression",
    f"spec.{CONDITIONS}",
    "spec.variables.*.expression",
)
HEALTH = tuple(f"spec.healthCheckExprs.*.{state}" for state in ("current", "failed", "inProgress"))
DEVICES = (
    "devices.requests.*.selectors.*.cel.expression",
    "devices.requests.*.exactly.selectors.*.cel.expression",
    "devices.requests.*.firstAvailable.*.selectors.*.cel.expression",
)
PATHS: dict[str, tuple[str, ...]] = {
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io": POLICY,
    "MutatingAdmissionPolicy.admissionregistration.k8s.io": MUTATING,
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io": (f"webhooks.*.{CONDITIONS}",),
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": (f"webhooks.*.{CONDITIONS}",),
    "ValidatingPolicy.policies.kyverno.io": POLICY,
    "ImageValidatingPolicy.policies.kyverno.io": POLICY,
    "MutatingPolicy.policies.kyverno.io": MUTATING,
    "DeviceClass.resource.k8s.io": ("spec.selectors.*.cel.expression",),
    "ResourceClaim.resource.k8s.io": tuple(f"spec.{path}" for path in DEVICES),
    "ResourceClaimTemplate.resource.k8s.io": tuple(f"spec.spec.{path}" for path in DEVICES),
    "Kustomization.kustomize.toolkit.fluxcd.io": (*HEALTH, "spec.dependsOn.*.readyExpr"),
    "HelmRelease.helm.toolkit.fluxcd.io": (*HEALTH, "spec.dependsOn.*.readyExpr"),
    "Receiver.notification.toolkit.fluxcd.io": ("spec.resourceFilter",),
    "Telemetry.telemetry.istio.io": ("spec.accessLogging.*.filter.expression",),
}


@rule(
    "EXP003",
    severity=Severity.SYNC,
    rows=("R3", "F6"),
    kinds=tuple(PATHS),
    fix="correct the expression",
)
def cel_does_not_parse(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Parse every expression of the object."""
    from bayplan.validation.cel.parser import parse  # noqa: PLC0415 - loaded when the first expression is met
    from bayplan.validation.cel.values import CelSyntaxError  # noqa: PLC0415

    for place in texts_in(manifest.body, PATHS[kind_of(manifest)]):
        if is_variable(place.text):
            continue
        try:
            parse(place.text)
        except CelSyntaxError as error:
            yield Hit(place.pointer, f"does not parse as CEL: {error}")
