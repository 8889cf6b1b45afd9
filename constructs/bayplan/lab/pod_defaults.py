"""What a namespace of a lab is annotated with about the lives of its pods holds of every new pod in it.

So a Job that is rendered stays as it is, and yet its pods live for a while or fail: see stages.yaml. A pod that says it
itself is left alone. Source: <https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.lab.api import Api, Body

NAME = "lives-of-pods.lab.bayplan.dev"
ANNOTATIONS = tuple(f"lab.bayplan.dev/{word}" for word in ("done-after", "exit-code", "ready-after"))
ADMISSION = "admissionregistration.k8s.io/v1"


def install(api: Api) -> None:
    """Have the API server do so from here on."""
    about = {"apiVersion": ADMISSION, "metadata": {"name": NAME}}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    policy = {
        "matchConstraints": {"resourceRules": [rule]},
        "reinvocationPolicy": "Never",
        "failurePolicy": "Fail",
        "mutations": [_annotate(key) for key in ANNOTATIONS],
    }
    api.apply({**about, "kind": "MutatingAdmissionPolicy", "spec": policy})
    api.apply({**about, "kind": "MutatingAdmissionPolicyBinding", "spec": {"policyName": NAME}})


def _annotate(key: str) -> Body:
    said = f"namespaceObject.metadata.?annotations[?'{key}']"
    own = f"object.metadata.?annotations[?'{key}']"
    given = f"Object{{metadata: Object.metadata{{annotations: {{'{key}': {said}.value()}}}}}}"
    expression = f"{said}.hasValue() && !{own}.hasValue() ? {given} : Object{{}}"
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}
