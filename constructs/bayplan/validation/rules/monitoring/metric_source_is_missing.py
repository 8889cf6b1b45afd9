"""A trigger asks a Service that is not there, or a port that it does not have.

KEDA's operator cannot connect, the metric is unknown, and nothing scales: the number of replicas stays where it is (or
goes to the fallback) while the load grows. The Service is looked up by the operator: a name without a namespace means
one in the namespace of KEDA itself. Write the Service with its namespace and a port that it has.

Source: <https://keda.sh/docs/latest/scalers/prometheus/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.monitoring.queries import SCALED_KINDS
from bayplan.validation.monitoring.sources import addresses_of, namespace_of_keda, place_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.monitoring.sources import Address, Place
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: redis
      metadata: {address: "queue.chat.svc:6380", listName: jobs, listLength: "5"}
---
apiVersion: v1
kind: Service
metadata: {name: queue, namespace: chat}
spec:
  selector: {app: chat}
  ports: [{name: tcp-redis, port: 6379}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers: [{name: chat, image: "registry.example.com/chat@sha256:0", ports: [{containerPort: 6379}]}]
"""
GOOD = BAD.replace("6380", "6379")


@rule(
    "MON011",
    severity=Severity.LOSS,
    rows=("H7",),
    kinds=(*SCALED_KINDS, "MetricTemplate.flagger.app"),
    fix="write the Service with its namespace, and a port that it has",
)
def metric_source_is_missing(scaled: Manifest, world: World) -> Iterator[Hit]:
    """Look every address up as KEDA's operator will."""
    for address in addresses_of(scaled):
        place = place_of(address, world)
        if place is None:
            continue
        if not place.namespace:
            yield from alone(scaled, address, place.service, world)
            continue
        lack = world.lack("Service", place.namespace, place.service)
        if lack is not None:
            if world.externals.who("Service", place.namespace, place.service):
                continue  # somebody has said that it is there
            told = f"asks {address.host}: there is no Service {place.service} in namespace {place.namespace}"
            yield Hit(address.pointer, told + lack.doubt, lack.status)
        else:
            yield from port_of(address, place, world)


def alone(scaled: Manifest, address: Address, name: str, world: World) -> Iterator[Hit]:
    """A name without a namespace, which is KEDA's own to look up."""
    if scaled.ref.kind == "MetricTemplate":
        return  # where Flagger runs is not asked
    keda = namespace_of_keda(world)
    if keda and world.lack("Service", keda, name) is None:
        return
    here = f"; Service {name} of namespace {scaled.ref.namespace} is not found this way"
    meant = here if world.lack("Service", scaled.ref.namespace, name) is None else ""
    where = f"namespace {keda}, where KEDA runs," if keda else "the namespace of KEDA"
    if not keda:
        if meant and scaled.ref.namespace != "keda":
            yield Hit(address.pointer, f"asks {name}, which KEDA looks up in its own namespace{here}", Status.UNKNOWN)
        return
    lack = world.doubt("Service", keda)
    yield Hit(address.pointer, f"asks {name}: {where} has no such Service{meant}{lack.doubt}", lack.status)


def port_of(address: Address, place: Place, world: World) -> Iterator[Hit]:
    """The port must be one of the Service, unless the address leads to its pods directly."""
    there = services(world, place.namespace, place.service)
    if address.port is None or place.is_pod or not there:
        return
    for service in there:
        numbers = {whole_at(port, "port") for _, port in mappings_at(service.body, "spec", "ports")}
        is_direct = text_at(service.body, "spec", "clusterIP") == "None"
        is_alias = text_at(service.body, "spec", "type") == "ExternalName"
        if is_direct or is_alias or not numbers or address.port in numbers or world.draft_of(service):
            return
    has = ", ".join(str(number) for number in sorted(number for number in numbers if number is not None))
    yield Hit(address.pointer, f"asks port {address.port} of {there[0].ref}, which has {has}")
