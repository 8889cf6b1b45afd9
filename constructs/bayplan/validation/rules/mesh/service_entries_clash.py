"""Two ServiceEntries have one host and port with different protocols.

Proxies that see both build one listener for the port, of the protocol of the older entry: what is sent by the other
protocol is not understood. Use one protocol, or export the entries to different namespaces.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0177/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    text_at,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import SERVICE_ENTRY
from bayplan.validation.mesh.names import overlap, scopes
from bayplan.validation.once import once
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: chat}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 443, name: https, protocol: HTTPS}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  resolution: DNS
  ports: [{number: 443, name: http, protocol: HTTP}]
"""
GOOD = BAD.replace("name: http, protocol: HTTP}", "name: https, protocol: HTTPS}")


@rule(
    "MSH040",
    severity=Severity.DOWN,
    rows=("I1",),
    kinds=(SERVICE_ENTRY,),
    fix="use one protocol for a host and port, or export the entries to different namespaces",
)
def service_entries_clash(entry: Manifest, world: World) -> Iterator[Hit]:
    """Compare the ports of an entry with those of others that have its hosts and are seen by the same proxies."""
    seen = scopes(words_at(entry.body, "spec", "exportTo"), entry.ref.namespace)
    ports, known = mappings_at(entry.body, "spec", "ports"), protocols(world)
    for host in words_at(entry.body, "spec", "hosts"):
        if all(len(known[host, str(port.get("number"))]) < 2 for _, port in ports):
            continue  # as with most hosts, however many entries have them
        for other in world.mesh.entries_of.get(host, ()):
            if other is entry or not world.mesh.are_together(entry, other):
                continue
            if not overlap(seen, scopes(words_at(other.body, "spec", "exportTo"), other.ref.namespace)):
                continue
            theirs = {port.get("number"): protocol_of(port) for _, port in mappings_at(other.body, "spec", "ports")}
            for index, port in ports:
                protocol = theirs.get(port.get("number"))
                if protocol is not None and protocol != protocol_of(port):
                    told = f"has {host} port {port.get('number')} as {protocol_of(port)}, {other.ref} as {protocol}"
                    yield Hit(pointer("spec", "ports", index), told, world.mesh.status_with(other, entry))
                    return


@once
def protocols(world: World) -> Mapping[tuple[str, str], set[str]]:
    """The protocols of each host and port in all entries."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for host, entries in world.mesh.entries_of.items():
        for _, port in (pair for one in entries for pair in mappings_at(one.body, "spec", "ports")):
            found[host, str(port.get("number"))].add(protocol_of(port))
    return found


def protocol_of(port: Mapping[str, Any]) -> str:
    """The protocol in capitals; TCP where none is said."""
    return text_at(port, "protocol").upper() or "TCP"
