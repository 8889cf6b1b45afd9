"""A ServiceEntry for TCP has no addresses.

TCP carries no host name: proxies tell such a host by its port alone, take every connection to that port for it, and
two hosts on one port cannot be told apart. Give addresses, or let proxies resolve names (`ISTIO_META_DNS_CAPTURE`)
with addresses of Istio's own. Only `resolution: NONE` needs neither: there each connection goes where it was opened.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0134/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mapping_at,
    mappings_at,
    text_at,
    value_at,
)
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.mesh.kinds import SERVICE_ENTRY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: chat}
spec:
  hosts: [db.example.com]
  resolution: DNS
  ports: [{number: 5432, name: tcp, protocol: TCP}]
"""
GOOD = BAD.replace("resolution: DNS", "resolution: DNS\n  addresses: [10.9.8.7]")


@rule(
    "MSH039",
    severity=Severity.RISK,
    rows=("I1",),
    kinds=(SERVICE_ENTRY,),
    confidence=Confidence.MEDIUM,
    fix="give addresses, or turn DNS capture on",
)
def service_entry_needs_addresses(entry: Manifest, world: World) -> Iterator[Hit]:
    """Look for TCP ports of entries without addresses, unless the mesh allocates them."""
    if value_at(entry.body, "spec", "addresses") or value_at(entry.body, "status", "addresses"):
        return
    if text_at(entry.body, "spec", "resolution") == "NONE":
        return  # passes on to the address that was called
    open_ports = [
        index
        for index, port in mappings_at(entry.body, "spec", "ports")
        if text_at(port, "protocol").upper() in ("", "TCP")
    ]
    if open_ports and not is_captured(world):
        known = "" if world.mesh.config else ", unless the mesh captures DNS"
        where = pointer("spec", "ports", open_ports[0])
        status = Status.BROKEN if world.mesh.config else Status.UNKNOWN
        yield Hit(where, f"is TCP, and the entry has no addresses{known}", status)


def is_captured(world: World) -> bool:
    """Whether the mesh's configuration has proxies answer DNS."""
    metadata = mapping_at(world.mesh.config, "defaultConfig", "proxyMetadata")
    return str(metadata.get("ISTIO_META_DNS_CAPTURE", "")).lower() == "true"
