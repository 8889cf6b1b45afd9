"""The API server is to ask a Service that does not exist.

A webhook that cannot be asked refuses everything that it is to see, unless its `failurePolicy` is `Ignore`; a CRD whose
conversion cannot be asked cannot be read in other versions; an extension of the API that does not answer breaks
discovery and the deletion of namespaces. Correct name or namespace of the Service, or take the registration out with
what served it.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference>,
<https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#service-reference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.webhooks import ASKING_KINDS, asked_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - name: guard.example.com
    clientConfig: {service: {name: guardd, namespace: guard}}
    rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}]
    sideEffects: None
    admissionReviewVersions: [v1]
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: guard}
spec:
  ports: [{name: https, port: 443}]
"""
GOOD = BAD.replace("guardd", "guard")


@rule(
    "ADM001",
    severity=Severity.SYNC,
    rows=("R3",),
    kinds=ASKING_KINDS,
    fix="name a Service that there is, or take the registration out",
)
def asked_service_is_missing(registration: Manifest, world: World) -> Iterator[Hit]:
    """Look up every Service that the API server is to ask."""
    for asked in asked_by(registration):
        lack = world.lack("Service", asked.namespace, asked.name) if asked.name else None
        if lack is not None:
            message = f"{asked.who} asks Service {asked.namespace}/{asked.name}, which does not exist: {asked.effect}"
            yield Hit(f"{asked.pointer}/name", message + lack.doubt, lack.status)
