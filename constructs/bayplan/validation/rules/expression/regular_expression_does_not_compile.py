"""A regular expression does not compile.

Envoy, Prometheus, Flux and all programs in Go read regular expressions with RE2, which knows no look-ahead, no
look-behind and no back-references, and refuses an open bracket like any other. Istio's webhook refuses the object, the
Prometheus operator leaves the monitor out, a controller of Flux reports a failure and stops. Write it for RE2: most
look-aheads are two rules, or a negated match.

Source: <https://github.com/google/re2/wiki/Syntax>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.expressions.patterns import fault
from bayplan.validation.expressions.places import Place, mappings_in, texts_in
from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside, namespace: chat}
spec:
  hosts: [api.example.com]
  ports: [{number: 443, name: https, protocol: HTTPS}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [api.example.com]
  http:
    - match: [{uri: {regex: "/v(?!2)[0-9]+/.*"}}]
      route: [{destination: {host: api.example.com, port: {number: 443}}}]
"""
GOOD = BAD.replace("/v(?!2)[0-9]+/.*", "/v[013-9]/.*")

RELABELINGS = ("relabelings", "metricRelabelings")
STRING_MATCHES = ("uri", "scheme", "method", "authority", "headers.*", "withoutHeaders.*", "queryParams.*")
PATHS: dict[str, tuple[str, ...]] = {
    "VirtualService.networking.istio.io": (
        *(f"spec.http.*.match.*.{field}.regex" for field in STRING_MATCHES),
        "spec.http.*.rewrite.uriRegexRewrite.match",
        "spec.http.*.corsPolicy.allowOrigins.*.regex",
    ),
    "ServiceMonitor.monitoring.coreos.com": tuple(f"spec.endpoints.*.{key}.*.regex" for key in RELABELINGS),
    "PodMonitor.monitoring.coreos.com": tuple(f"spec.podMetricsEndpoints.*.{key}.*.regex" for key in RELABELINGS),
    "ScrapeConfig.monitoring.coreos.com": tuple(f"spec.{key}.*.regex" for key in RELABELINGS),
    "Probe.monitoring.coreos.com": (
        "spec.metricRelabelings.*.regex",
        "spec.targets.staticConfig.relabelingConfigs.*.regex",
        "spec.targets.ingress.relabelingConfigs.*.regex",
    ),
    "Prometheus.monitoring.coreos.com": (
        "spec.remoteWrite.*.writeRelabelConfigs.*.regex",
        "spec.alerting.alertmanagers.*.relabelings.*.regex",
        "spec.scrapeClasses.*.relabelings.*.regex",
    ),
    "ImagePolicy.image.toolkit.fluxcd.io": ("spec.filterTags.pattern",),
    "ImageRepository.image.toolkit.fluxcd.io": ("spec.exclusionList.*",),
    "Alert.notification.toolkit.fluxcd.io": ("spec.exclusionList.*", "spec.inclusionList.*"),
    "ExternalSecret.external-secrets.io": (
        "spec.dataFrom.*.find.name.regexp",
        "spec.dataFrom.*.rewrite.*.regexp.source",
    ),
    "ClusterSecretStore.external-secrets.io": ("spec.conditions.*.namespaceRegexes.*",),
    "Middleware.traefik.io": (
        "spec.replacePathRegex.regex",
        "spec.redirectRegex.regex",
        "spec.stripPrefixRegex.regex.*",
    ),
    "CiliumNetworkPolicy.cilium.io": tuple(
        f"spec.{way}.*.toPorts.*.rules.http.*.{field}" for way in ("ingress", "egress") for field in ("path", "method")
    ),
}
ALERTMANAGER = "AlertmanagerConfig.monitoring.coreos.com"
ENVOY_FILTER = "EnvoyFilter.networking.istio.io"
ROUTES = ("GRPCRoute.gateway.networking.k8s.io", "HTTPRoute.gateway.networking.k8s.io")
KINDS = (*PATHS, ALERTMANAGER, ENVOY_FILTER, *ROUTES)


@rule(
    "EXP002",
    severity=Severity.DOWN,
    rows=("I3", "M1"),
    kinds=KINDS,
    fix="write the pattern for RE2 (https://github.com/google/re2/wiki/Syntax)",
)
def regular_expression_does_not_compile(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - a rule's shape
    """Compile every pattern of the object as Go and Envoy do."""
    kind = kind_of(manifest)
    for place in patterns_of(manifest, kind):
        if is_variable(place.text):
            continue
        why = fault(place.text)
        if why and kind in ROUTES and compiles_elsewhere(place.text):
            told = f"does not compile as RE2 ({why}), but the controller of the Gateway may read it otherwise"
            yield Hit(place.pointer, told, Status.UNKNOWN)
        elif why:
            yield Hit(place.pointer, f"does not compile: {why}")


def patterns_of(manifest: Manifest, kind: str) -> Iterator[Place]:
    """The regular expressions of an object."""
    if kind in PATHS:
        yield from texts_in(manifest.body, PATHS[kind])
    elif kind == ENVOY_FILTER:
        for mapping, been in mappings_in(manifest.body.get("spec"), ("spec",)):
            if str(been[-1]) in ("safe_regex", "safeRegex", "regex_pattern", "pattern") and text_at(mapping, "regex"):
                yield Place(text_at(mapping, "regex"), pointer(*been, "regex"))
    elif kind == ALERTMANAGER:
        for mapping, been in mappings_in(manifest.body.get("spec"), ("spec",)):
            if mapping.get("matchType") in ("=~", "!~") or mapping.get("regex") is True:
                yield Place(text_at(mapping, "value"), pointer(*been, "value"))
    else:
        yield from of_route(manifest)


def of_route(manifest: Manifest) -> Iterator[Place]:
    """The matches of a route whose type is RegularExpression."""
    for index, one in mappings_at(manifest.body, "spec", "rules"):
        for mapping, been in mappings_in(one.get("matches"), ("spec", "rules", index, "matches")):
            if mapping.get("type") == "RegularExpression":
                for key in ("value", "service", "method"):
                    if text_at(mapping, key):
                        yield Place(text_at(mapping, key), pointer(*been, key))


def compiles_elsewhere(pattern: str) -> bool:
    """Whether engines with look-aheads and back-references would take a pattern."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
