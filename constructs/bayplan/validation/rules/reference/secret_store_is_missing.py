"""An ExternalSecret takes its values from a store that does not exist.

No Secret is made, and whoever needs it waits; the ExternalSecret alone says why, in its status. A SecretStore is looked
for in the same namespace, which is what `kind` means where it says nothing; a ClusterSecretStore serves all namespaces.
Where a tree has no store of the kind, whoever runs the cluster makes them, and it is not known. Commit the store, or
correct its name and kind.

Source: <https://external-secrets.io/latest/api/externalsecret/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
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
  secretStoreRef: {name: vault}
  data: [{secretKey: password, remoteRef: {key: chat/bus, property: password}}]
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec: {provider: {kubernetes: {remoteNamespace: vault, auth: {serviceAccount: {name: reader}}}}}
"""
GOOD = BAD.replace("{name: vault}\n  data", "{name: vault, kind: ClusterSecretStore}\n  data")
GROUP = "external-secrets.io"
STORE, STORE_OF_ALL = f"SecretStore.{GROUP}", f"ClusterSecretStore.{GROUP}"


@rule(
    "REF030",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=(f"ExternalSecret.{GROUP}",),
    fix="commit the store, or correct its name and kind",
)
def secret_store_is_missing(secret: Manifest, world: World) -> Iterator[Hit]:
    """Look every store up by its kind."""
    spec = mapping_at(secret.body, "spec")
    places = [("/spec/secretStoreRef", mapping_at(spec, "secretStoreRef"))]
    for part, path in (("data", ("sourceRef", "storeRef")), ("dataFrom", ("sourceRef", "storeRef"))):
        places += [
            (f"/spec/{part}/{n}/sourceRef/storeRef", mapping_at(one, *path)) for n, one in mappings_at(spec, part)
        ]
    for at, said in places:
        name, kind = text_at(said, "name"), text_at(said, "kind") or "SecretStore"
        of_all = kind == "ClusterSecretStore"
        known = [STORE_OF_ALL] if of_all else [STORE, STORE_OF_ALL]
        if not name or is_variable(name) or is_variable(kind) or not any(map(world.by_kind.get, known)):
            continue  # all stores may be made elsewhere
        namespace = secret.ref.namespace
        lack = lack_in_cluster(world, STORE_OF_ALL, name) if of_all else world.lack(STORE, namespace, name)
        if lack is not None:
            where = "the cluster has" if of_all else f"namespace {namespace} has"
            other = STORE if of_all else STORE_OF_ALL
            hint = f"; there is a {other.partition('.')[0]} {name}" if (other, name) in world.by_name else ""
            yield Hit(
                f"{at}/name", f"takes its values from {kind} {name}, which {where} not{hint}{lack.doubt}", lack.status
            )
