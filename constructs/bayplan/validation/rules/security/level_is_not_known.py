"""A Namespace asks for a Pod Security level that does not exist.

The API server refuses the Namespace when it is made. Where it exists already, the label is taken as `restricted` for
enforcing and as nothing for warning, which is hardly what was meant. Levels are privileged, baseline and restricted;
versions are `latest` or of the form `v1.37`.

Source: <https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.finding import Severity
from bayplan.validation.pod_security.policy import labels_of, mistakes
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {pod-security.kubernetes.io/enforce: strict}}
"""
GOOD = BAD.replace("strict", "restricted")


@rule(
    "SEC004",
    severity=Severity.SYNC,
    rows=("R2",),
    kinds=("Namespace",),
    fix="write privileged, baseline or restricted, and a version such as v1.37 or latest",
)
def level_is_not_known(namespace: Manifest, _world: World) -> Iterator[Hit]:
    """Read the labels as the API server does."""
    for label, why in mistakes(labels_of(namespace)):
        yield Hit(pointer("metadata", "labels", label), f"the label {label} {why}")
