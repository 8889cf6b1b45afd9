"""An Ingress or Gateway names a TLS Secret that is not there.

An Ingress controller serves a certificate of its own, which no browser trusts; a Gateway drops the listener. A Secret
that nothing in the tree makes is only "unknown", since somebody may have made it by hand; one without `tls.crt` and
`tls.key` is an error. cert-manager makes those of an Ingress or Gateway that carries its annotation. The Secret must
stand in the same namespace, or a ReferenceGrant must let a Gateway refer to it.

Source: <https://gateway-api.sigs.k8s.io/guides/tls/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.backends import INGRESS
from bayplan.validation.certificates import certificates_of
from bayplan.validation.fields import is_variable, mapping_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.gateways import LISTENING
from bayplan.validation.needs import missing_keys
from bayplan.validation.references import Reference
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: chat}
spec:
  gatewayClassName: istio
  listeners:
    - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: public}]}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: public, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data:
    - {secretKey: tls.crt, remoteRef: {key: certificate}}
    - {secretKey: key.pem, remoteRef: {key: key}}
"""
GOOD = BAD.replace("key.pem", "tls.key")

KEYS = ("tls.crt", "tls.key")
ISSUERS = ("cert-manager.io/", "kubernetes.io/tls-acme")
"""Annotations that make cert-manager issue what is named."""


@rule(
    "NET009",
    severity=Severity.DOWN,
    rows=("S5", "S6"),
    kinds=(INGRESS, *LISTENING),
    fix="make the Secret in that namespace (Certificate, ExternalSecret), with tls.crt and tls.key",
)
def certificate_secret_is_missing(holder: Manifest, world: World) -> Iterator[Hit]:
    """Look up every Secret of TLS."""
    annotations = mapping_at(holder.body, "metadata", "annotations")
    is_issued = any(str(key).startswith(ISSUERS) for key in annotations)
    for one in certificates_of(holder):
        if is_variable(one.name) or (is_issued and one.namespace == holder.ref.namespace):
            continue
        if world.contents.has("Secret", one.namespace, one.name):
            yield from missing_keys(Reference("Secret", one.name, one.pointer, KEYS), one.namespace, world)
        elif world.lack("Secret", one.namespace, one.name) is not None:
            told = f"needs Secret {one.namespace}/{one.name}, which nothing in this tree makes"
            yield Hit(one.pointer, told, Status.UNKNOWN)
