"""A TriggerAuthentication takes something from a Secret or ConfigMap that is not there.

KEDA leaves the parameter empty, the source of the metric turns it away, and what should scale stands still. A Secret
that nothing in the tree makes is only "unknown", since somebody may have made it by hand; a key that its maker surely
does not give is an error. It must stand in the namespace of the TriggerAuthentication.

Source: <https://keda.sh/docs/latest/concepts/authentication/#secrets>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.needs import missing_keys
from bayplan.validation.references import Reference
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: {name: queue, namespace: chat}
spec:
  secretTargetRef: [{parameter: password, name: queue, key: passwort}]
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: queue, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data: [{secretKey: password, remoteRef: {key: queue}}]
"""
GOOD = BAD.replace("passwort", "password")

SOURCES = (("secretTargetRef", "Secret"), ("configMapTargetRef", "ConfigMap"))


@rule(
    "SCL007",
    severity=Severity.LOSS,
    rows=("H5",),
    kinds=("TriggerAuthentication.keda.sh",),
    fix="name a Secret of the same namespace and a key that it has",
)
def trigger_authentication_lacks_its_secret(authentication: Manifest, world: World) -> Iterator[Hit]:
    """Look up every Secret and ConfigMap with its key."""
    namespace = authentication.ref.namespace
    for field, kind in SOURCES:
        for index, item in mappings_at(authentication.body, "spec", field):
            name, where = text_at(item, "name"), pointer("spec", field, index)
            if not name or is_variable(name):
                continue
            if world.contents.has(kind, namespace, name):
                yield from missing_keys(Reference(kind, name, where, (text_at(item, "key"),)), namespace, world)
                continue
            lack = world.lack(kind, namespace, name)
            if lack is not None:
                status = Status.UNKNOWN if kind == "Secret" else lack.status
                message = f"takes {text_at(item, 'parameter')} from {kind} {name}, which nothing in this tree makes"
                yield Hit(where, message + lack.doubt, status)
