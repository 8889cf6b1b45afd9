"""The containers that injection adds to a pod, as the template of Istio 1.31 writes them.

The proxy is an init container that stays (a native sidecar) on Kubernetes 1.33 and later, unless an annotation forbids
it. Without istio-cni an init container sets up the redirection first, which needs NET_ADMIN and NET_RAW.

Source: <https://istio.io/latest/docs/reference/config/annotations/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.mesh.injection import annotations_of, has_cni, is_gateway, is_injected
from bayplan.validation.pods import Container

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

PROXY = "istio-proxy"
DEFAULT = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2000m", "memory": "1024Mi"}}
AMOUNTS = {
    "sidecar.istio.io/proxyCPU": ("requests", "cpu"),
    "sidecar.istio.io/proxyMemory": ("requests", "memory"),
    "sidecar.istio.io/proxyCPULimit": ("limits", "cpu"),
    "sidecar.istio.io/proxyMemoryLimit": ("limits", "memory"),
}
"""Annotations to what they set. One of them is enough to take ALL the defaults away, not only its own."""
PORTS = frozenset({15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090})
"""Ports that the proxy listens on."""
USER = 1337
"""The user that the proxy runs as: its traffic is not redirected."""


def sidecar_of(pod: Pod, world: World) -> tuple[Container, ...]:
    """What is added to a pod, in the order in which it starts; nothing for pods that surely or perhaps get no proxy.

    Of a gateway the proxy is the pod's own container. Where the tree does not tell whether istio-cni is installed
    (`has_cni` is None), `istio-init` is listed, as a default installation adds it.
    """
    if not is_injected(pod, world) or is_gateway(pod):
        return ()
    annotations = annotations_of(pod)
    is_native = annotations.get("sidecar.istio.io/nativeSidecar", "true") != "false"
    first = redirection(annotations, cni=has_cni(world) is True)
    proxy = Container(
        proxy_body(pod, annotations, native=is_native), pod.pointer, "sidecar" if is_native else "container"
    )
    return (*(Container(body, pod.pointer, "init") for body in first), proxy)


def proxy_body(pod: Pod, annotations: Mapping[str, str], *, native: bool) -> dict[str, Any]:
    """The proxy's container; what the pod itself says of a container of that name comes on top."""
    own: dict[str, Any] = next((one.body for one in pod.containers if one.name == PROXY), {})
    return {
        "name": PROXY,
        "image": "auto",
        **({"restartPolicy": "Always"} if native else {}),
        "ports": [{"containerPort": 15090, "protocol": "TCP", "name": "http-envoy-prom"}],
        "resources": resources(annotations),
        "securityContext": security(annotations),
        **own,
    }


def resources(annotations: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the proxy asks for."""
    asked: dict[str, dict[str, str]] = {}
    for name, (part, resource) in AMOUNTS.items():
        if name in annotations:
            asked.setdefault(part, {})[resource] = annotations[name]
    return asked or {part: dict(amounts) for part, amounts in DEFAULT.items()}


def security(annotations: Mapping[str, str]) -> dict[str, Any]:
    """The proxy's securityContext: fit for level `restricted` but for a seccomp profile, unless it must be root."""
    added = ["NET_ADMIN"] if annotations.get("sidecar.istio.io/interceptionMode") == "TPROXY" else []
    added += ["NET_BIND_SERVICE"] if annotations.get("sidecar.istio.io/capNetBindService") == "true" else []
    return {
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], **({"add": added} if added else {})},
        "runAsNonRoot": not added,
        "runAsUser": 0 if added else USER,
        "runAsGroup": USER,
    }


def redirection(annotations: Mapping[str, str], *, cni: bool) -> list[dict[str, Any]]:
    """The init container that redirects the traffic, or with istio-cni the one that looks whether it is."""
    if annotations.get("sidecar.istio.io/interceptionMode") == "NONE":
        return []
    context: dict[str, Any] = {"allowPrivilegeEscalation": False, "privileged": False}
    if cni:
        user = {"runAsUser": USER, "runAsGroup": USER, "runAsNonRoot": True, "readOnlyRootFilesystem": True}
        context |= {"capabilities": {"drop": ["ALL"]}, **user}
    else:
        user = {"runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": False, "readOnlyRootFilesystem": False}
        context |= {"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN", "NET_RAW"]}, **user}
    name = "istio-validation" if cni else "istio-init"
    return [{"name": name, "image": "auto", "resources": resources(annotations), "securityContext": context}]
