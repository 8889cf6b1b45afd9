"""A workload needs a Secret, or a key of one, that nothing in the tree makes.

Its containers are never started: the pod waits until the Secret appears. Nobody commits plain Secrets, so a Secret that
no ExternalSecret, SealedSecret, Certificate or encrypted file of the tree makes is only "unknown": somebody may have
made it by hand. A key that its maker surely does not give is an error.

Source: <https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.needs import missing_keys, needed
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      env:
        - name: TOKEN
          valueFrom: {secretKeyRef: {name: chat, key: tokenn}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: chat, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data: [{secretKey: token, remoteRef: {key: chat}}]
"""
GOOD = BAD.replace("tokenn", "token")


@rule(
    "REF003",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=POD_KINDS,
    fix="make the Secret with that key in the workload's namespace (ExternalSecret, SealedSecret, SOPS)",
)
def secret_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up every Secret that the pods cannot do without."""
    namespace = workload.ref.namespace
    for reference in needed(workload, world, "Secret"):
        if world.contents.has("Secret", namespace, reference.name):
            yield from missing_keys(reference, namespace, world)
        elif world.lack("Secret", namespace, reference.name) is not None:
            message = f"needs Secret {reference.name}, which nothing in this tree makes in its namespace"
            yield Hit(reference.pointer, message, Status.UNKNOWN)
