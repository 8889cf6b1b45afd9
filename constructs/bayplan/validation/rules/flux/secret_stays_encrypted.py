"""An encrypted Secret is applied by a Kustomization that does not decrypt.

kustomize-controller refuses it ("configuring decryption is required for this secret to be reconciled") and applies
nothing of that Kustomization. Set `spec.decryption` with `provider: sops` on it; a parent does not pass it on to its
children by itself.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.changes import says
from bayplan.validation.fields import value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: web}
stringData: {token: "ENC[AES256_GCM,data:aGVsbG8=,iv:AA==,tag:AA==,type:str]"}
sops: {mac: "ENC[AES256_GCM,data:aGVsbG8=,iv:AA==,tag:AA==,type:str]", version: 3.11.0}
""".lstrip()
GOOD = BAD.replace("  prune: true", "  prune: true\n  decryption: {provider: sops}")


@rule("FLX010", severity=Severity.SYNC, rows=("F6",), kinds=("Secret",), fix="set spec.decryption on the Kustomization")
def secret_stays_encrypted(secret: Manifest, world: World) -> Iterator[Hit]:
    """Ask every Kustomization that applies it."""
    if world.delivery is None or id(secret) not in world.delivery.encrypted or says(secret, "decrypt", "disabled"):
        return
    for sync in world.orders.owners(secret):
        if not value_at(sync.body, "spec", "decryption"):
            draft = world.draft_of(sync)
            told = f"is encrypted, and {sync.ref}, which applies it, has no spec.decryption"
            yield Hit("", f"{told}, but {draft}" if draft else told, Status.UNKNOWN if draft else Status.BROKEN)
            return
