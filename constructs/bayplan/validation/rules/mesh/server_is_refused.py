"""A server of a Gateway has TLS settings that do not fit its port.

Istio's webhook refuses the Gateway, and with it the sync fails: HTTPS and TLS need `tls`, plain HTTP may only
redirect, other protocols have none, and the names of the ports of one Gateway differ. Mend the server as the message
says.

Source: <https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    text_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.gateways import WEB, Server, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: chat, namespace: chat}
spec:
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [chat.example.com]}]
"""
GOOD = BAD.replace("hosts: [chat.example.com]", "hosts: [chat.example.com], tls: {mode: PASSTHROUGH}")


@rule(
    "MSH024",
    severity=Severity.SYNC,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="give HTTPS and TLS ports TLS settings, and no others",
)
def server_is_refused(gateway: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Ask of every server what Istio's webhook asks."""
    names = set[str]()
    for server in servers_of(gateway):
        why = refusal(server)
        name = text_at(server.body, "port", "name")
        if name and name in names:
            why = why or f"has a port name, {name}, that another server of this Gateway has"
        names.add(name)
        if why:
            yield Hit(server.pointer, why)


def refusal(server: Server) -> str:
    """Why the webhook refuses a server, in words; "" if it does not."""
    mode = text_at(server.tls, "mode") or "PASSTHROUGH"
    secured = server.protocol in ("HTTPS", "TLS")
    files = [text_at(server.tls, key) for key in ("serverCertificate", "privateKey", "caCertificates")]
    if not server.protocol or is_variable(server.protocol + mode + text_at(server.tls, "credentialName")):
        return ""
    if secured and not server.tls:
        return f"has port {server.port} of protocol {server.protocol} and no tls"
    if server.tls and not secured and (server.protocol not in WEB or mode != "PASSTHROUGH" or any(files)):
        return f"has tls, which port {server.port} of protocol {server.protocol} cannot have"
    if mode == "ISTIO_MUTUAL" and (any(files) or server.tls.get("credentialName")):
        return "has mode ISTIO_MUTUAL and a certificate of its own"
    listed = server.tls.get("credentialName") or server.tls.get("credentialNames") or server.tls.get("tlsCertificates")
    if mode in ("SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL") and not listed and not all(files[:2]):
        return f"has mode {mode} and neither credentialName nor files of a certificate"
    return ""
