"""What a proxy finds for a host: whether somebody answers, and which DestinationRules hold.

Source: <https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.finding import Status
from bayplan.validation.hosts import DOMAIN, SERVICE_ENTRY, full_name, service_behind
from bayplan.validation.mesh.names import named_from, scopes
from bayplan.validation.routes import viewers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World


def nobody(full: str, viewer: str, world: World) -> tuple[str, Status]:
    """What is wrong with a name that nobody answers to in a namespace, and whether that is sure."""
    hidden = next(world.hosts.named(full), ())
    if hidden:
        return f"but {hidden[0].manifest.ref} is not exported to namespace {viewer}", Status.BROKEN
    behind = service_behind(full)
    if behind is None:
        lack = world.doubt(SERVICE_ENTRY, viewer)
        return f"{outside(full, world)}{lack.doubt}", lack.status
    name, home = behind
    missing = world.lack("Service", home, name)
    if missing is None:
        return f"and Service {name} may be in another namespace than {home}", Status.UNKNOWN
    return f"and there is no Service {home}/{name}{missing.doubt}", missing.status


def outside(full: str, world: World) -> str:
    """What to say of a name that is none of the cluster's; perhaps one of the cluster's was meant."""
    name, _, home = full.partition(".")
    meant = full_name(f"{name}.{home.removesuffix('.svc')}.{DOMAIN}", "")
    if any(world.hosts.named(meant)):
        return f"which is not completed; the Service is {meant}"
    return "and no ServiceEntry that this namespace sees has that host"


def rules_for(full: str, client: str, world: World) -> tuple[Manifest, ...]:
    """The DestinationRules that the proxies of a namespace use for a host: theirs, the host's own, the root's."""
    mesh, root = world.mesh, world.mesh.root
    behind = service_behind(full)
    answering = world.hosts.answering(full, client)
    homes = [behind[1]] if behind else [host.manifest.ref.namespace for host in answering]
    for place in dict.fromkeys([*([client] if client != root else []), *homes, root]):
        for host in [full, *(host for host, _ in mesh.wild_destination_rules if full.endswith(host[1:]))]:
            found = tuple(
                one
                for one in mesh.destination_rules.get(host, ())
                if one.ref.namespace == place and is_exported(one, client)
            )
            if found:
                return found
    return ()


def is_exported(rule: Manifest, client: str) -> bool:
    """Whether a DestinationRule is for the proxies of a namespace; with a workload selector only for its own."""
    home = rule.ref.namespace
    if mapping_at(rule.body, "spec", "workloadSelector"):
        return home == client
    seen = scopes(words_at(rule.body, "spec", "exportTo"), home)
    return "*" in seen or client in seen


def subsets_of(rule: Manifest) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Index, name and labels of every subset."""
    for index, subset in mappings_at(rule.body, "spec", "subsets"):
        yield index, text_at(subset, "name"), texts_at(subset, "labels")


def clients_of(route: Manifest, world: World) -> tuple[str, ...]:
    """The namespaces whose proxies use a VirtualService: of its gateways, and of the mesh."""
    places: list[str] = []
    for name in words_at(route.body, "spec", "gateways") or ("mesh",):
        if name == "mesh":
            places += viewers_of(route)
        else:
            places += {one.namespace: None for one in behind_gateway(name, route.ref.namespace, world)}
    return tuple(dict.fromkeys(places)) or viewers_of(route)


def behind_gateway(name: str, namespace: str, world: World) -> list[Workload]:
    """The pods of a gateway that a VirtualService of a namespace names."""
    gateway = world.mesh.gateways.get(named_from(name, namespace))
    return world.mesh.workloads.selected(texts_at(gateway.body, "spec", "selector")) if gateway else []
