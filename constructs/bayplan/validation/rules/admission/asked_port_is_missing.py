"""The API server is to ask a Service on a port that it does not have.

A webhook that cannot be asked refuses everything that it is to see, unless its `failurePolicy` is `Ignore`; a
conversion or an extension of the API fails. The port is that of the Service, not that of its pods, and 443 where none
is said. Name a port of the Service.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import ports_served
from bayplan.validation.webhooks import ASKING_KINDS, asked_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.example.com}
spec:
  group: metrics.example.com
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  service: {name: metrics, namespace: metrics}
---
apiVersion: v1
kind: Service
metadata: {name: metrics, namespace: metrics}
spec:
  ports: [{name: https, port: 8443}]
"""
GOOD = BAD.replace("namespace: metrics}\n---", "namespace: metrics, port: 8443}\n---")


@rule("ADM002", severity=Severity.SYNC, rows=("R3",), kinds=ASKING_KINDS, fix="name a port of the Service")
def asked_port_is_missing(registration: Manifest, world: World) -> Iterator[Hit]:
    """Look up the port of every Service that the API server is to ask."""
    for asked in asked_by(registration):
        served = ports_served(world, asked.namespace, asked.name)
        if served is not None and asked.port not in served.numbers:
            where = asked.pointer + ("/port" if "port" in asked.service else "")
            message = f"{asked.who} asks Service {asked.namespace}/{asked.name} on port {asked.port}"
            yield Hit(where, f"{message}, which has {served}: {asked.effect}")
