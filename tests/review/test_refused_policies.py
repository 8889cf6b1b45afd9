"""Which objects the policies of a tree deny."""

from __future__ import annotations

import pytest
from tests.review.rolled import workload
from tests.review.step import effects_between

POLICY = """apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]
  validations: [{expression: "EXPRESSION", message: no more than two}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec: {policyName: few, validationActions: [Deny]}
---
"""
FEW = POLICY.replace("EXPRESSION", "object.spec.replicas <= 2")
HOME = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: free}}\n"
ONE, THREE = workload("v1", ""), workload("v2", "replicas: 3")


def told(policy: str, base: str = ONE, head: str = THREE) -> list[str]:
    """What is denied, with `?` behind what is not sure."""
    found = effects_between(policy + base, policy + head, "refused")
    return [f"{one.code}{'?' if one.doubt else ''} {one.ref}" for one in found]


DENIED = ["policy-denies Deployment shop/web"]


def test_an_update_and_a_new_object_are_denied() -> None:
    assert told(FEW) == DENIED
    assert told(FEW, base="") == DENIED
    (one,) = effects_between(FEW + ONE, FEW + THREE, "refused")
    assert one.says == "is denied by ValidatingAdmissionPolicy few: no more than two"


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.replicas <= 3",
        "oldObject == null || oldObject.spec.replicas == 1",
        "request.operation == 'UPDATE' && request.namespace == 'shop'",
        "object.spec.strategy.type == 'RollingUpdate'",
        "object.spec.template.spec.containers.all(c, c.imagePullPolicy == 'IfNotPresent')",
        "namespaceObject.metadata.labels.tier == 'free'",
    ],
)
def test_what_the_api_server_knows_is_known(expression: str) -> None:
    assert told(POLICY.replace("EXPRESSION", expression), ONE + HOME, THREE + HOME) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[Deny]", "[Audit]"),
        ("resources: [deployments]", "resources: [daemonsets]"),
        ("apiGroups: [apps]", "apiGroups: [batch]"),
        ("operations: [CREATE, UPDATE]", "operations: [CREATE]"),
        ("  matchConstraints:", "  matchConstraints:\n    namespaceSelector: {matchLabels: {tier: paid}}"),
        ("  matchConstraints:", "  matchConstraints:\n    objectSelector: {matchLabels: {a: b}}"),
        ("spec: {policyName", "spec: {matchResources: {namespaceSelector: {matchLabels: {tier: paid}}}, policyName"),
        ("  validations:", "  matchConditions: [{name: a, expression: object.metadata.name != 'web'}]\n  validations:"),
    ],
)
def test_others_are_not_asked(old: str, new: str) -> None:
    assert old in FEW
    assert told(FEW.replace(old, new), ONE + HOME, THREE + HOME) == []


def test_a_policy_that_comes_with_the_change_is_not_in_force_yet() -> None:
    found = effects_between(ONE, FEW + THREE, "refused")
    assert [one.code for one in found] == []


def test_what_nobody_changes_is_not_asked() -> None:
    assert told(FEW, THREE, THREE) == []


def test_variables() -> None:
    named = FEW.replace("object.spec.replicas <= 2", "variables.many < 3")
    assert (
        told(
            named.replace(
                "  validations:", "  variables: [{name: many, expression: object.spec.replicas}]\n  validations:"
            )
        )
        == DENIED
    )


def test_what_cannot_be_asked_is_in_doubt() -> None:
    doubtful = ["policy-denies? Deployment shop/web"]
    assert (
        told(FEW.replace("spec:\n  match", "spec:\n  paramKind: {apiVersion: v1, kind: ConfigMap}\n  match"))
        == doubtful
    )
    assert (
        told(POLICY.replace("EXPRESSION", "authorizer.group('').resource('pods').check('get').allowed()")) == doubtful
    )
    assert told(POLICY.replace("EXPRESSION", "object.spec.nothing == 1")) == doubtful
    ignored = POLICY.replace("EXPRESSION", "object.spec.nothing == 1").replace(
        "spec:\n  match", "spec:\n  failurePolicy: Ignore\n  match"
    )
    assert told(ignored) == []
