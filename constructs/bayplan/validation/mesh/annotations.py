"""The annotations that Istio 1.31 knows: what each may stand on, which are deprecated, and what values they take.

Source: <https://istio.io/latest/docs/reference/config/annotations/>
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING

from bayplan.validation.amounts import exact

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES: dict[str, tuple[str, ...]] = {
    "alpha.istio.io/canonical-serviceaccounts": ("Service",),
    "alpha.istio.io/kubernetes-serviceaccounts": ("Service",),
    "ambient.istio.io/bypass-inbound-capture": ("Pod",),
    "ambient.istio.io/dns-capture": ("Pod",),
    "ambient.istio.io/redirection": ("Pod",),
    "ambient.istio.io/waypoint-inbound-binding": ("Gateway", "GatewayClass"),
    "galley.istio.io/analyze-suppress": ("Any",),
    "gateway.istio.io/controller-version": ("Any",),
    "gateway.istio.io/name-override": ("Gateway",),
    "gateway.istio.io/service-account": ("Gateway",),
    "inject.istio.io/templates": ("Pod",),
    "istio.io/autoRegistrationGroup": ("WorkloadEntry",),
    "istio.io/connectedAt": ("WorkloadEntry",),
    "istio.io/disconnectedAt": ("WorkloadEntry",),
    "istio.io/dry-run": ("AuthorizationPolicy",),
    "istio.io/reroute-virtual-interfaces": ("Pod",),
    "istio.io/rev": ("Pod",),
    "istio.io/use-waypoint-canary-weight": ("Namespace", "Service", "ServiceEntry"),
    "istio.io/workloadController": ("WorkloadEntry",),
    "kubernetes.io/ingress.class": ("Ingress",),
    "networking.istio.io/exportTo": ("Service",),
    "networking.istio.io/service-type": ("Gateway",),
    "networking.istio.io/traffic-distribution": ("Namespace", "Service", "ServiceEntry"),
    "prometheus.istio.io/merge-metrics": ("Pod",),
    "proxy.istio.io/config": ("Pod",),
    "proxy.istio.io/overrides": ("Pod",),
    "readiness.status.sidecar.istio.io/applicationPorts": ("Pod",),
    "readiness.status.sidecar.istio.io/failureThreshold": ("Pod",),
    "readiness.status.sidecar.istio.io/initialDelaySeconds": ("Pod",),
    "readiness.status.sidecar.istio.io/periodSeconds": ("Pod",),
    "sidecar.istio.io/agentLogLevel": ("Pod",),
    "sidecar.istio.io/bootstrapOverride": ("Pod",),
    "sidecar.istio.io/componentLogLevel": ("Pod",),
    "sidecar.istio.io/discoveryAddress": ("Pod",),
    "sidecar.istio.io/extraStatTags": ("Pod",),
    "sidecar.istio.io/inject": ("Pod",),
    "sidecar.istio.io/interceptionMode": ("Pod",),
    "sidecar.istio.io/logLevel": ("Pod",),
    "sidecar.istio.io/nativeSidecar": ("Pod",),
    "sidecar.istio.io/proxyCPU": ("Pod",),
    "sidecar.istio.io/proxyCPULimit": ("Pod",),
    "sidecar.istio.io/proxyImage": ("Pod",),
    "sidecar.istio.io/proxyImageType": ("Pod",),
    "sidecar.istio.io/proxyMemory": ("Pod",),
    "sidecar.istio.io/proxyMemoryLimit": ("Pod",),
    "sidecar.istio.io/rewriteAppHTTPProbers": ("Pod",),
    "sidecar.istio.io/statsCompression": ("Pod",),
    "sidecar.istio.io/statsEvictionInterval": ("Pod",),
    "sidecar.istio.io/statsFlushInterval": ("Pod",),
    "sidecar.istio.io/statsHistogramBins": ("Pod",),
    "sidecar.istio.io/statsHistogramBuckets": ("Pod",),
    "sidecar.istio.io/statsInclusionPrefixes": ("Pod",),
    "sidecar.istio.io/statsInclusionRegexps": ("Pod",),
    "sidecar.istio.io/statsInclusionSuffixes": ("Pod",),
    "sidecar.istio.io/status": ("Pod",),
    "sidecar.istio.io/userVolume": ("Pod",),
    "sidecar.istio.io/userVolumeMount": ("Pod",),
    "status.sidecar.istio.io/port": ("Pod",),
    "topology.istio.io/controlPlaneClusters": ("Namespace",),
    "traffic.istio.io/nodeSelector": ("Service",),
    "traffic.sidecar.istio.io/excludeInboundPorts": ("Pod",),
    "traffic.sidecar.istio.io/excludeInterfaces": ("Pod",),
    "traffic.sidecar.istio.io/excludeOutboundIPRanges": ("Pod",),
    "traffic.sidecar.istio.io/excludeOutboundPorts": ("Pod",),
    "traffic.sidecar.istio.io/includeInboundPorts": ("Pod",),
    "traffic.sidecar.istio.io/includeOutboundIPRanges": ("Pod",),
    "traffic.sidecar.istio.io/includeOutboundPorts": ("Pod",),
    "traffic.sidecar.istio.io/kubevirtInterfaces": ("Pod",),
}
"""Annotation to the kinds that it may stand on; `Any` for all."""

DEPRECATED = frozenset(
    {
        "alpha.istio.io/canonical-serviceaccounts",
        "alpha.istio.io/kubernetes-serviceaccounts",
        "sidecar.istio.io/discoveryAddress",
        "sidecar.istio.io/extraStatTags",
        "sidecar.istio.io/inject",
        "sidecar.istio.io/statsCompression",
        "sidecar.istio.io/statsInclusionPrefixes",
        "sidecar.istio.io/statsInclusionRegexps",
        "sidecar.istio.io/statsInclusionSuffixes",
        "traffic.sidecar.istio.io/kubevirtInterfaces",
    }
)
SET_BY_ISTIO = frozenset({"gateway.istio.io/controller-version", "istio.io/rev", "sidecar.istio.io/status"})
TOOLS = ("install.operator.istio.io/", "internal.istio.io/", "operator.istio.io/", "release.istio.io/")
"""Prefixes of what Istio's installers write."""
LABELS_ONLY = ("istio-injection",)
"""Names of labels that do nothing as annotations."""
MODES = ("NONE", "REDIRECT", "TPROXY")
TRUTHS = ("0", "1", "F", "FALSE", "False", "T", "TRUE", "True", "f", "false", "t", "true")
PORTS = re.compile(r"\s*\d{1,5}\s*(,\s*\d{1,5}\s*)*")


def is_istios(name: str) -> bool:
    """Whether an annotation is one of Istio's, or would be one."""
    prefix, slash, _ = name.partition("/")
    return (bool(slash) and prefix.endswith("istio.io")) or name == "kubernetes.io/ingress.class"


def is_number(value: str) -> bool:
    """A number of 32 bits without a sign."""
    return value.isascii() and value.isdigit() and int(value) < 2**32


def is_port(value: str) -> bool:
    """A port."""
    return value.strip().isascii() and value.strip().isdigit() and int(value) < 2**16


def are_ports(value: str) -> bool:
    """Ports with commas between them, or none."""
    return not value.strip() or (PORTS.fullmatch(value) is not None and all(map(is_port, value.split(","))))


def are_ranges(value: str) -> bool:
    """Ranges of addresses with commas between them, or none; each with its length."""
    try:
        return all("/" in one and ip_network(one, strict=False) is not None for one in value.split(",") if value)
    except ValueError:
        return False


def is_amount(value: str) -> bool:
    """An amount of a resource, as Kubernetes writes them."""
    try:
        exact(value)
    except (ValueError, ArithmeticError, KeyError):
        return False
    return True


def star_or(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """`*` for all, or what else is checked."""
    return lambda value: value == "*" or check(value)


VALUES: dict[str, tuple[Callable[[str], bool], str]] = {
    "prometheus.istio.io/merge-metrics": (TRUTHS.__contains__, "true or false"),
    "readiness.status.sidecar.istio.io/failureThreshold": (is_number, "a number"),
    "readiness.status.sidecar.istio.io/initialDelaySeconds": (is_number, "a number"),
    "readiness.status.sidecar.istio.io/periodSeconds": (is_number, "a number"),
    "sidecar.istio.io/interceptionMode": (MODES.__contains__, "REDIRECT, TPROXY or NONE"),
    "sidecar.istio.io/proxyCPU": (is_amount, "an amount of CPU"),
    "sidecar.istio.io/proxyCPULimit": (is_amount, "an amount of CPU"),
    "sidecar.istio.io/proxyMemory": (is_amount, "an amount of memory"),
    "sidecar.istio.io/proxyMemoryLimit": (is_amount, "an amount of memory"),
    "status.sidecar.istio.io/port": (is_port, "a port"),
    "traffic.sidecar.istio.io/excludeInboundPorts": (are_ports, "ports with commas between them"),
    "traffic.sidecar.istio.io/excludeOutboundIPRanges": (are_ranges, "ranges of addresses (10.0.0.0/8)"),
    "traffic.sidecar.istio.io/excludeOutboundPorts": (are_ports, "ports with commas between them"),
    "traffic.sidecar.istio.io/includeInboundPorts": (star_or(are_ports), "* or ports with commas between them"),
    "traffic.sidecar.istio.io/includeOutboundIPRanges": (star_or(are_ranges), "* or ranges of addresses"),
}
"""Annotation to what Istio's webhook asks of its value: a pod with another is refused."""
