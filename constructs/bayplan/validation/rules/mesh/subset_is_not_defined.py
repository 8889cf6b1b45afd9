"""A VirtualService routes to a subset that no DestinationRule defines for its callers.

The proxies have no cluster for that subset: every call of the route gets 503. Subsets are looked up by host in the
caller's namespace first, then in that of the Service, then in the root namespace: a DestinationRule elsewhere, or one
that is not exported, does not count. Define the subset beside the Service.

Source: <https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.kinds import DESTINATION_RULE, VIRTUAL_SERVICE
from bayplan.validation.mesh.lookup import clients_of, rules_for, subsets_of
from bayplan.validation.routes import destinations_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat]
  http: [{route: [{destination: {host: chat, subset: v2}}]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat, namespace: chat}
spec:
  host: chat.chat.svc.cluster.local
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  ports: [{name: http, port: 80}]
"""
GOOD = BAD.replace("subset: v2", "subset: v1")


@rule(
    "MSH005",
    severity=Severity.DOWN,
    rows=("I2",),
    kinds=(VIRTUAL_SERVICE,),
    fix="define the subset in a DestinationRule for that host, in the namespace of the Service",
)
def subset_is_not_defined(route: Manifest, world: World) -> Iterator[Hit]:
    """Look every subset up as the proxies do that use the route."""
    for destination in destinations_of(route):
        subset = destination.subset
        full = full_name(destination.host, route.ref.namespace)
        if not subset or is_variable(full + subset):
            continue
        if full not in world.mesh.destination_rules and not any(world.hosts.named(full)):
            continue  # nobody has that name, and MSH001 says so
        for client in clients_of(route, world):
            rules = rules_for(full, client, world)
            if not any(name == subset or is_variable(name) for one in rules for _, name, _ in subsets_of(one)):
                yield Hit(f"{destination.pointer}/subset", *verdict(full, subset, client, rules, world))
                break


def verdict(full: str, subset: str, client: str, rules: tuple[Manifest, ...], world: World) -> tuple[str, Status]:
    """What to say of a subset that callers of a namespace do not find, and whether that is sure."""
    told = f"routes to subset {subset} of {full}"
    elsewhere = [
        one
        for one in world.mesh.destination_rules.get(full, ())
        if one not in rules and any(name == subset for _, name, _ in subsets_of(one))
    ]
    if rules:
        hidden = f", and hides {elsewhere[0].ref}" if elsewhere else ""
        return f"{told}, which {rules[0].ref} does not define{hidden}", world.mesh.status_with(rules[0])
    if elsewhere:
        why = f"{told}, but callers in namespace {client} do not look at {elsewhere[0].ref}"
        return why, world.mesh.status_with(elsewhere[0])
    lack = world.doubt(DESTINATION_RULE, client)
    return f"{told}, which no DestinationRule defines{lack.doubt}", lack.status
