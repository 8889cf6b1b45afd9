"""A CustomResourceDefinition is one that the API server refuses.

Without it none of its objects can be applied, and Flux applies nothing of the Kustomization that holds it. Types are
words that OpenAPI knows, one version is stored, the name is `<plural>.<group>`, nothing refers to another place by
`$ref`, patterns are regular expressions that Go reads, and rules are CEL. Write it as the controller's authors ship it.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.validation.fields import is_variable, mappings_at, text_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
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
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: strign}}}}
"""
GOOD = BAD.replace("strign", "string")
TYPES = ("array", "boolean", "integer", "number", "object", "string")
DEEPEST = 150
NAMED = ("properties", "patternProperties", "definitions")
PARTS = ("items", "additionalProperties", "not")
CHOICES = ("allOf", "anyOf", "oneOf")


@rule(
    "SCH007",
    severity=Severity.SYNC,
    rows=("D1",),
    kinds=("CustomResourceDefinition.apiextensions.k8s.io",),
    fix="write the definition as the controller's authors ship it",
)
def definition_is_refused(crd: Manifest, _world: World) -> Iterator[Hit]:
    """Look at the name, the versions and every part of their schemas."""
    if crd.body.get("apiVersion") != "apiextensions.k8s.io/v1":
        return
    name = f"{text_at(crd.body, 'spec', 'names', 'plural')}.{text_at(crd.body, 'spec', 'group')}"
    if crd.ref.name != name and not is_variable(crd.ref.name + name) and crd.ref.name:
        yield Hit("/metadata/name", f"the name is {crd.ref.name}, must be {name}")
    versions = mappings_at(crd.body, "spec", "versions")
    stored = [text_at(version, "name") for _, version in versions if version.get("storage") is True]
    if versions and len(stored) != 1:
        yield Hit("/spec/versions", f"{', '.join(stored) or 'no version'} is stored: it must be exactly one")
    for index, version in versions:
        schema = value_at(version, "schema", "openAPIV3Schema")
        if isinstance(schema, dict):
            yield from faults(schema, f"/spec/versions/{index}/schema/openAPIV3Schema", 0)
        elif schema is None:
            yield Hit(f"/spec/versions/{index}", f"version {text_at(version, 'name')} has no schema")


def faults(node: dict[str, Any], pointer: str, depth: int) -> Iterator[Hit]:  # noqa: C901 - one place for each part
    """What the server refuses in a part of a schema, and in all below it."""
    if depth > DEEPEST:
        return
    kind = node.get("type")
    if isinstance(kind, str) and kind and kind not in TYPES:
        yield Hit(f"{pointer}/type", f"the type is {kind!r}, must be one of {', '.join(TYPES)}")
    if "$ref" in node:
        yield Hit(f"{pointer}/$ref", "`$ref` is not allowed: everything must stand in the definition itself")
    yield from _texts(node, pointer)
    for name in NAMED:
        parts = node.get(name)
        for key, part in parts.items() if isinstance(parts, dict) else ():
            if isinstance(part, dict):
                yield from faults(part, step(f"{pointer}/{name}", key), depth + 1)
    for name in PARTS:
        if isinstance(part := node.get(name), dict):
            yield from faults(part, f"{pointer}/{name}", depth + 1)
    for name in CHOICES:
        for index, part in mappings_at(node, name):
            yield from faults(part, f"{pointer}/{name}/{index}", depth + 1)


def _texts(node: dict[str, Any], pointer: str) -> Iterator[Hit]:
    """Patterns and rules, which are languages of their own."""
    pattern = node.get("pattern")
    if isinstance(pattern, str):
        from bayplan.validation.expressions.patterns import fault  # noqa: PLC0415 - few trees hold definitions

        if wrong := fault(pattern):
            yield Hit(f"{pointer}/pattern", f"{pattern!r:.80} is no regular expression: {wrong}")
    for index, rule_ in mappings_at(node, "x-kubernetes-validations"):
        from bayplan.validation.cel.parser import parse  # noqa: PLC0415 - as above
        from bayplan.validation.cel.values import CelSyntaxError  # noqa: PLC0415

        try:
            parse(text_at(rule_, "rule"))
        except CelSyntaxError as error:
            yield Hit(f"{pointer}/x-kubernetes-validations/{index}/rule", f"the rule is no CEL: {error}")
