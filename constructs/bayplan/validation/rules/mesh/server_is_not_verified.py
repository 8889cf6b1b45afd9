"""A DestinationRule begins TLS to a Service of the cluster without an authority to verify it by.

Without `caCertificates` the proxies verify the server by the authorities of their image, which sign for no name inside
a cluster: the handshake fails, and people then set `insecureSkipVerify`. Name the authority, or use ISTIO_MUTUAL
between pods of the mesh.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0128/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.hosts import full_name, service_behind
from bayplan.validation.mesh.kinds import DESTINATION_RULE
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: chat}
spec:
  host: db.chat.svc.cluster.local
  trafficPolicy: {tls: {mode: SIMPLE}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: chat}
spec:
  ports: [{name: tls, port: 5432}]
"""
GOOD = BAD.replace("mode: SIMPLE", "mode: SIMPLE, caCertificates: /etc/db/ca.crt")


@rule(
    "MSH037",
    severity=Severity.RISK,
    rows=("I6",),
    kinds=(DESTINATION_RULE,),
    confidence=Confidence.MEDIUM,
    fix="name the authority in caCertificates (or a credentialName with a workloadSelector)",
)
def server_is_not_verified(policy: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Look at the TLS settings for a host of the cluster, as a whole and by port."""
    full = full_name(text_at(policy.body, "spec", "host"), policy.ref.namespace)
    if service_behind(full) is None:
        return
    selects = bool(mapping_at(policy.body, "spec", "workloadSelector"))
    for where, tls in tls_settings(policy):
        mode = text_at(tls, "mode")
        named = text_at(tls, "caCertificates") or (selects and text_at(tls, "credentialName"))
        if mode in ("SIMPLE", "MUTUAL") and not named and tls.get("insecureSkipVerify") is not True:
            yield Hit(where, f"begins TLS ({mode}) to {full} without caCertificates to verify it by")


def tls_settings(policy: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place of a DestinationRule that says how to begin TLS."""
    places = [("/spec/trafficPolicy", mapping_at(policy.body, "spec", "trafficPolicy"))]
    for index, subset in mappings_at(policy.body, "spec", "subsets"):
        places.append((pointer("spec", "subsets", index, "trafficPolicy"), mapping_at(subset, "trafficPolicy")))
    for where, settings in places:
        if "tls" in settings:
            yield f"{where}/tls", mapping_at(settings, "tls")
        for index, one in mappings_at(settings, "portLevelSettings"):
            if "tls" in one:
                yield f"{where}/portLevelSettings/{index}/tls", mapping_at(one, "tls")
