"""Two makers write one Secret.

Of two ExternalSecrets that would own one Secret the second fails, and which is second is left to chance. Where the tree
has the Secret itself, every sync puts back what the file says, and every refresh what the store says: programs read now
this, now that. Give each its own name, or let all but one add to it (`creationPolicy: Merge`).

Source: <https://external-secrets.io/latest/guides/ownership-deletion-policy/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: bus, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target: {name: bus}
  dataFrom: [{extract: {key: chat/bus}}]
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: other, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target: {name: bus}
  dataFrom: [{extract: {key: chat/other}}]
"""
GOOD = BAD.replace(
    "{name: bus}\n  dataFrom: [{extract: {key: chat/other", "{name: other}\n  dataFrom: [{extract: {key: chat/other"
)
KIND = "ExternalSecret.external-secrets.io"


@rule(
    "REF032",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=(KIND,),
    fix="give each its own name, or let all but one say creationPolicy: Merge",
)
def secret_has_two_makers(secret: Manifest, world: World) -> Iterator[Hit]:
    """Look for others that own the same Secret, and for the Secret itself."""
    name = target_of(secret)
    policy = text_at(secret.body, "spec", "target", "creationPolicy") or "Owner"
    if policy not in ("Owner", "Orphan") or is_variable(name) or not name:
        return
    at = "/spec/target/name" if text_at(secret.body, "spec", "target", "name") else "/metadata/name"
    namespace = secret.ref.namespace
    if Ref("", "Secret", namespace, name) in world.inventory.by_ref:
        yield Hit(at, f"writes Secret {name}, which stands in the tree, too")
    if policy != "Owner":
        return
    others = [
        one.ref.name
        for one in world.by_kind.get(KIND, ())
        if one.ref != secret.ref and one.ref.namespace == namespace and target_of(one) == name
        if (text_at(one.body, "spec", "target", "creationPolicy") or "Owner") == "Owner"
    ]
    if others:
        yield Hit(at, f"owns Secret {name}, which ExternalSecret {', '.join(sorted(others))} owns, too")


def target_of(secret: Manifest) -> str:
    """Name of the Secret that an ExternalSecret makes."""
    return text_at(secret.body, "spec", "target", "name") or secret.ref.name
