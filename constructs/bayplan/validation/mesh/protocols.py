"""The protocol of a Service's port, as Istio reads it, and the ports of pods that it leads to.

Source: <https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod

WEB = frozenset({"grpc", "http", "http2", "kubernetes.io/h2c", "kubernetes.io/ws"})
RAW = frozenset({"https", "kubernetes.io/wss", "mongo", "mysql", "redis", "tcp", "tls"})
LIKE_TCP = frozenset({25, 3306, 27017})
"""Ports that are TCP for Istio, whatever their name."""


def protocol_of(port: Mapping[str, Any]) -> str:
    """`HTTP` for what the proxy reads, `TCP` for what it passes on; "" where the port does not say."""
    said = (text_at(port, "appProtocol") or text_at(port, "name")).lower()
    first = "grpc" if said.startswith("grpc-web") else said.partition("-")[0]
    if first in WEB or said in WEB:
        return "HTTP"
    return "TCP" if first in RAW or said in RAW or port.get("port") in LIKE_TCP else ""


def targets_of(service: Manifest, pod: Pod) -> Iterator[tuple[object, dict[str, Any]]]:
    """The ports of pods that a Service leads to, by number where that is known, with the Service's own."""
    numbers = {
        one.get("name"): one.get("containerPort")
        for container in pod.containers
        for _, one in mappings_at(container.body, "ports")
    }
    for _, port in mappings_at(service.body, "spec", "ports"):
        if text_at(port, "protocol") != "UDP":
            target = port.get("targetPort") or port.get("port")
            yield numbers.get(target, target), port
