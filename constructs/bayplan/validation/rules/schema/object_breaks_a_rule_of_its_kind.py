"""An object breaks a rule that its CRD states in CEL.

The fields are right one by one, and wrong together: the API server asks such rules after the schema, refuses the
object, and Flux applies nothing of its Kustomization. The message is the one that the authors of the CRD
wrote. No tool that knows JSON Schema alone can tell. Mend what the message names.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules>
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
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat, namespace: chat}
spec:
  rules:
  - filters:
    - {type: RequestRedirect, requestRedirect: {hostname: chat.example.com}}
    - {type: RequestRedirect, requestRedirect: {hostname: talk.example.com}}
"""
GOOD = BAD.replace("    - {type: RequestRedirect, requestRedirect: {hostname: talk.example.com}}\n", "")


@rule("SCH004", severity=Severity.SYNC, rows=("D1",), fix="mend what the message of the rule names")
def object_breaks_a_rule_of_its_kind(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which rules are broken."""
    yield from world.verdicts.of(manifest, "SCH004")
