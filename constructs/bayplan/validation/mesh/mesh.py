"""The mesh's objects, found by what they are about; each index is built once and only when asked for."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at, text_at, words_at
from bayplan.validation.finding import Status
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.injection import istiods
from bayplan.validation.mesh.kinds import DESTINATION_RULE, GATEWAY, K8S_GATEWAY, VIRTUAL_SERVICE
from bayplan.validation.mesh.names import named_from, scopes
from bayplan.validation.mesh.workloads import Workloads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.lack import Lack
    from bayplan.validation.world import World

ROOT = "istio-system"


class Mesh:
    """What one cluster's tree says to Istio."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def root(self) -> str:
        """The namespace whose policies hold everywhere."""
        if self._world.cluster is not None:
            return self._world.cluster.mesh.control_plane_namespace
        for operator in self._world.by_kind.get("IstioOperator.install.istio.io", ()):
            if named := text_at(operator.body, "spec", "meshConfig", "rootNamespace"):
                return named
        return ROOT

    @cached_property
    def is_installed_here(self) -> bool:
        """Whether the tree shows what installs Istio."""
        return bool(istiods(self._world))

    @cached_property
    def workloads(self) -> Workloads:
        """What policies select."""
        return Workloads(self._world)

    @cached_property
    def gateways(self) -> Mapping[tuple[str, str], Manifest]:
        """Gateways of Istio by namespace and name."""
        return {(one.ref.namespace, one.ref.name): one for one in self._world.by_kind.get(GATEWAY, ())}

    @cached_property
    def api_gateways(self) -> Mapping[tuple[str, str], Manifest]:
        """Gateways of the Gateway API by namespace and name."""
        return {(one.ref.namespace, one.ref.name): one for one in self._world.by_kind.get(K8S_GATEWAY, ())}

    @cached_property
    def gateways_on(self) -> Mapping[int, tuple[Manifest, ...]]:
        """Gateways of Istio by the ports of their servers, in the order of the tree."""
        found: dict[int, dict[int, Manifest]] = defaultdict(dict)
        for gateway in self._world.by_kind.get(GATEWAY, ()):
            for _, server in mappings_at(gateway.body, "spec", "servers"):
                number = port_of(server)
                if number is not None:
                    found[number][id(gateway)] = gateway
        return {number: tuple(same.values()) for number, same in found.items()}

    @cached_property
    def gateways_with(self) -> Mapping[str, tuple[Manifest, ...]]:
        """Gateways of Istio by their certificates: the Secret's name, or file and key."""
        found: dict[str, dict[int, Manifest]] = defaultdict(dict)
        for gateway in self._world.by_kind.get(GATEWAY, ()):
            for _, server in mappings_at(gateway.body, "spec", "servers"):
                tls = mapping_at(server, "tls")
                files = f"{text_at(tls, 'serverCertificate')} {text_at(tls, 'privateKey')}"
                found[text_at(tls, "credentialName") or files][id(gateway)] = gateway
        return {name: tuple(same.values()) for name, same in found.items()}

    @cached_property
    def services_in(self) -> Mapping[str, tuple[Manifest, ...]]:
        """Services by namespace."""
        found: dict[str, list[Manifest]] = defaultdict(list)
        for service in self._world.by_kind.get("Service", ()):
            found[service.ref.namespace].append(service)
        return {namespace: tuple(same) for namespace, same in found.items()}

    @cached_property
    def routes_of_mesh(self) -> Mapping[str, tuple[tuple[Manifest, frozenset[str]], ...]]:
        """Full host to the VirtualServices that route it inside the mesh, with the namespaces that see them."""
        found: dict[str, list[tuple[Manifest, frozenset[str]]]] = defaultdict(list)
        for route in self._world.by_kind.get(VIRTUAL_SERVICE, ()):
            if "mesh" in (words_at(route.body, "spec", "gateways") or ("mesh",)):
                seen = scopes(words_at(route.body, "spec", "exportTo"), route.ref.namespace)
                for host in dict.fromkeys(words_at(route.body, "spec", "hosts")):
                    found[full_name(host, route.ref.namespace)].append((route, seen))
        return {host: tuple(same) for host, same in found.items()}

    @cached_property
    def routes_on_gateways(self) -> Mapping[tuple[tuple[str, str], str], tuple[Manifest, ...]]:
        """Gateway (namespace and name) and host to the VirtualServices that route it there."""
        found: dict[tuple[tuple[str, str], str], list[Manifest]] = defaultdict(list)
        for route in self._world.by_kind.get(VIRTUAL_SERVICE, ()):
            for host in dict.fromkeys(words_at(route.body, "spec", "hosts")):
                for _, gateway in gateways_of(route):
                    found[gateway, host].append(route)
        return {key: tuple(same) for key, same in found.items()}

    @cached_property
    def destination_rules(self) -> Mapping[str, tuple[Manifest, ...]]:
        """Full host to the DestinationRules that have it, in the order of the tree."""
        found: dict[str, list[Manifest]] = defaultdict(list)
        for one in self._world.by_kind.get(DESTINATION_RULE, ()):
            found[full_name(text_at(one.body, "spec", "host"), one.ref.namespace)].append(one)
        return {host: tuple(same) for host, same in found.items()}

    @cached_property
    def wild_destination_rules(self) -> tuple[tuple[str, Manifest], ...]:
        """Those with a wildcard, the longest first."""
        wild = [(host, one) for host, same in self.destination_rules.items() if host.startswith("*") for one in same]
        return tuple(sorted(wild, key=lambda pair: -len(pair[0])))

    def are_together(self, one: Manifest, other: Manifest) -> bool:
        """Whether a cluster gets both objects: layers of kustomize may be alternatives."""
        world = self._world
        return one.ref != other.ref and (
            not world.is_layered or world.together.get(one.file) == world.together.get(other.file)
        )

    def status_with(self, other: Manifest) -> Status:
        """How sure a finding is that rests on what another object says."""
        return Status.UNKNOWN if self._world.draft_of(other) else Status.BROKEN

    def without_workloads(self, *namespaces: str) -> Lack:
        """Whether workloads that the tree does not have may be in some namespaces all the same."""
        lacks = [self._world.doubt("Pod", namespace) for namespace in namespaces]
        lack = next((one for one in lacks if one.status is not Status.BROKEN), lacks[0])
        if lack.status is Status.BROKEN and any(namespace in self.workloads.drafts for namespace in namespaces):
            return lack._replace(status=Status.UNKNOWN, doubt=", but labels may be changed before they are applied")
        return lack


def gateways_of(route: Manifest) -> list[tuple[int, tuple[str, str]]]:
    """The gateways that a VirtualService names beside the mesh: index in its list, then namespace and name."""
    names = words_at(route.body, "spec", "gateways")
    return [(at, named_from(name, route.ref.namespace)) for at, name in enumerate(names) if name != "mesh"]


def port_of(server: Mapping[str, object]) -> int | None:
    """The port of a gateway's server."""
    port = server.get("port")
    number = port.get("number") if isinstance(port, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
