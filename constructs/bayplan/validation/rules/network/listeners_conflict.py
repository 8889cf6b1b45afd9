"""Two listeners of a Gateway cannot share their port.

Behind one port there can be plain HTTP, or TLS (`HTTPS` and `TLS`, told apart by hostname), or TCP. Where two differ,
or where `HTTPS` and `TLS` want the same hostname, none of the two is opened (`ProtocolConflict`,
`HostnameConflict`), and the routes of both are served by nobody. Give one another port or hostname.

Source: <https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.gateways import LISTENING, listeners_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.gateways import Listener
    from bayplan.validation.world import World

BAD = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: ingress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 443, protocol: HTTP}
    - {name: https, port: 443, protocol: HTTPS, tls: {options: {example.com/certificate: public}}}
"""
GOOD = BAD.replace("port: 443, protocol: HTTP}", "port: 80, protocol: HTTP}")

CARRIED = {"HTTP": "HTTP", "HTTPS": "TLS", "TCP": "TCP", "TLS": "TLS", "UDP": "UDP"}
"""Protocol to what goes over the wire; UDP has ports of its own."""


@rule(
    "NET016",
    severity=Severity.DOWN,
    rows=("S6",),
    kinds=LISTENING,
    fix="give one of the two another port or hostname",
)
def listeners_conflict(gateway: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Compare every listener with those before it on its port; equal protocols and hostnames the CRD refuses itself."""
    by_port: dict[int, list[Listener]] = {}
    for listener in listeners_of(gateway):
        if listener.port is None or CARRIED.get(listener.protocol, "UDP") == "UDP":
            continue
        before = by_port.setdefault(listener.port, [])
        other = next((one for one in before if conflict(one, listener)), None)
        if other is not None:
            told = f"listener {listener.name} ({listener.protocol}) and {other.name} ({other.protocol})"
            yield Hit(f"{listener.pointer}/port", f"{told} cannot share port {listener.port}")
        before.append(listener)


def conflict(one: Listener, other: Listener) -> bool:
    """Whether a proxy could not tell the two apart on one port."""
    if CARRIED[one.protocol] != CARRIED[other.protocol]:
        return True
    return one.protocol != other.protocol and one.hostname.lower() == other.hostname.lower()
