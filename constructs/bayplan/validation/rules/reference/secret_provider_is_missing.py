"""A volume of the Secrets Store driver names a SecretProviderClass that does not exist.

The pod stays in ContainerCreating: the driver does not know which secrets to fetch. A SecretProviderClass never leaves
its namespace. Commit it beside the workload, or correct its name.

Source: <https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.finding import Severity
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
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
  volumes:
    - name: secrets
      csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: chat}}
"""
GOOD = BAD[: BAD.index("csi:")] + "secret: {secretName: chat, optional: true}\n"
DRIVER = "secrets-store.csi.k8s.io"


@rule(
    "REF007",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=POD_KINDS,
    fix="commit the SecretProviderClass in the workload's namespace",
)
def secret_provider_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look up the SecretProviderClass of every volume of that driver."""
    for pod in world.pods.made_by(workload):
        for index, volume in mappings_at(pod.spec, "volumes") if "volumes" in pod.spec else ():
            if "csi" not in volume or text_at(volume, "csi", "driver") != DRIVER:
                continue
            name = text_at(volume, "csi", "volumeAttributes", "secretProviderClass")
            kind = "SecretProviderClass.secrets-store.csi.x-k8s.io"
            lack = world.lack(kind, workload.ref.namespace, name) if name else None
            if lack is not None:
                where = f"{pod.pointer}/volumes/{index}/csi/volumeAttributes/secretProviderClass"
                message = f"needs SecretProviderClass {name}, which is not in its namespace{lack.doubt}"
                yield Hit(where, message, lack.status)
