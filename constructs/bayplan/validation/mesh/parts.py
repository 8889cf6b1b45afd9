"""Parts of Istio's objects that several rules and indexes read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import text_at, words_at
from bayplan.validation.mesh.names import named_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest


def certificate_of(tls: Mapping[str, Any]) -> str:
    """What names the certificate of a server: its Secret, or its file and key; "" for none."""
    if name := text_at(tls, "credentialName"):
        return name
    file, key = text_at(tls, "serverCertificate"), text_at(tls, "privateKey")
    return f"{file} {key}" if file and key else ""


def gateways_of(route: Manifest) -> list[tuple[int, tuple[str, str]]]:
    """The gateways that a VirtualService names beside the mesh: index in its list, then namespace and name."""
    names = words_at(route.body, "spec", "gateways")
    return [(at, named_from(name, route.ref.namespace)) for at, name in enumerate(names) if name != "mesh"]


def port_of(server: Mapping[str, object]) -> int | None:
    """The port of a gateway's server."""
    port = server.get("port")
    number = port.get("number") if isinstance(port, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
