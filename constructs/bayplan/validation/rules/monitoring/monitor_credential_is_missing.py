"""A monitor needs a Secret or ConfigMap that is not there.

The operator leaves the whole monitor out, all its endpoints, and says so only in an event. The credentials of a monitor
(basicAuth, authorization, bearerTokenSecret, oauth2, tlsConfig) are looked up in the monitor's own namespace, not in
that of the Prometheus. Nobody commits plain Secrets: one that nothing in the tree makes is only "unknown". Make it
there, with the key that is named.

Source: <https://prometheus-operator.dev/docs/platform/troubleshooting/#it-is-in-the-configuration-but-not-on-the-service-discovery-page>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.monitoring.scrapers import MONITORING
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  podMetricsEndpoints:
    - port: http
      authorization: {credentials: {name: chat, key: tokenn}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: chat, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  data: [{secretKey: token, remoteRef: {key: chat}}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{name: http, containerPort: 80}]}]
"""
GOOD = BAD.replace("tokenn", "token")

LISTS = ("endpoints", "podMetricsEndpoints")
"""Where ServiceMonitors and PodMonitors have their credentials; Probes and ScrapeConfigs have them in `spec`."""
HOLDERS: tuple[tuple[str, ...], ...] = (
    ("basicAuth", "username"),
    ("basicAuth", "password"),
    ("bearerTokenSecret",),
    ("authorization", "credentials"),
    ("oauth2", "clientSecret"),
    ("oauth2", "clientId", "secret"),
    ("oauth2", "clientId", "configMap"),
    ("tlsConfig", "keySecret"),
    *(("tlsConfig", file, source) for file in ("ca", "cert") for source in ("secret", "configMap")),
)


@rule(
    "MON004",
    severity=Severity.LOSS,
    rows=("M1",),
    kinds=tuple(f"{kind}.{MONITORING}" for kind in ("PodMonitor", "Probe", "ScrapeConfig", "ServiceMonitor")),
    fix="make it with that key in the monitor's own namespace",
)
def monitor_credential_is_missing(monitor: Manifest, world: World) -> Iterator[Hit]:
    """Look up every Secret and ConfigMap that an endpoint names."""
    places = [("spec",)] if monitor.ref.kind in ("Probe", "ScrapeConfig") else []
    found: list[tuple[str, dict[str, Any]]] = [(pointer(*place), mapping_at(monitor.body, *place)) for place in places]
    found += [
        (pointer("spec", key, index), item) for key in LISTS for index, item in mappings_at(monitor.body, "spec", key)
    ]
    for where, item in found:
        for path in HOLDERS:
            source = mapping_at(item, *path)
            if text_at(source, "name"):
                kind = "ConfigMap" if path[-1] == "configMap" else "Secret"
                yield from lookup(monitor, kind, source, where + pointer(*path), world)


def lookup(monitor: Manifest, kind: str, source: dict[str, Any], where: str, world: World) -> Iterator[Hit]:
    """One reference: a missing Secret may have been made by hand, a missing key of one that is made here cannot."""
    name, key, namespace = text_at(source, "name"), text_at(source, "key"), monitor.ref.namespace
    if source.get("optional") is True or is_variable(name):
        return
    if world.contents.has(kind, namespace, name):
        keys = world.contents.keys(kind, namespace, name)
        if keys is not None and key not in keys:
            has = ", ".join(sorted(map(str, keys)))
            yield Hit(f"{where}/key", f"needs key {key} of {kind} {name}, which has {has}")
        return
    lack = world.lack(kind, namespace, name)
    if lack is not None:
        told = f"needs {kind} {name}, which nothing in this tree makes in its namespace"
        yield Hit(f"{where}/name", told + lack.doubt, Status.UNKNOWN if kind == "Secret" else lack.status)
