"""A rule that a CRD states in CEL cannot be checked here.

It names something that only a cluster knows, or that is not known to this tool, or it is no CEL at all. The object was
not asked about it, and that is no pass: the API server may refuse it. Not covered are `authorizer`, the variables of
admission policies (`request`, `params`, `variables`), `Object{}` and other messages, and what Kubernetes itself has not
(`cel.bind`, `math`, `base64`). Try the object with `kubectl apply --dry-run=server`.

Source: <https://kubernetes.io/docs/reference/using-api/cel/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

BAD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: chats.example.com}
spec:
  group: example.com
  names: {kind: Chat, plural: chats}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties: {model: {type: string}}
            x-kubernetes-validations: [{rule: self.model.isFine()}]
---
apiVersion: example.com/v1
kind: Chat
metadata: {name: chat, namespace: chat}
spec: {model: tiny}
"""
GOOD = BAD.replace("self.model.isFine()", "self.model.size() > 2")


@rule("SCH005", severity=Severity.RISK, rows=("D1",), fix="ask the API server: kubectl apply --dry-run=server")
def rule_is_not_checked(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which rules were not asked."""
    yield from world.verdicts.of(manifest, "SCH005")
