"""The mesh's objects, found by what they are about; each index is built once and only when asked for."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.finding import Status
from bayplan.validation.hosts import full_name
from bayplan.validation.mesh.config import config_of
from bayplan.validation.mesh.injection import is_member, revisions
from bayplan.validation.mesh.kinds import (
    DESTINATION_RULE,
    ENVOY_FILTER,
    GATEWAY,
    K8S_GATEWAY,
    SERVICE_ENTRY,
    VIRTUAL_SERVICE,
)
from bayplan.validation.mesh.names import scopes
from bayplan.validation.mesh.parts import certificate_of
from bayplan.validation.mesh.policies import SELECTORS
from bayplan.validation.mesh.sources import given_namespaces
from bayplan.validation.mesh.workloads import Workloads
from bayplan.validation.pairs import meeting

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.lack import Lack
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

    Key = TypeVar("Key", bound=Hashable)
    Index: TypeAlias = Mapping[Key, tuple[Manifest, ...]]

ROOT = "istio-system"
ENOUGH = 2
"""Of Services with the same pods and ports, how many tell what all of them would."""


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
    def revisions(self) -> frozenset[str] | None:
        """The revisions and tags that the tree installs; None where it does not install Istio."""
        return revisions(self._world)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Namespaces that the tree declares."""
        return frozenset(one.ref.name for one in self._world.by_kind.get("Namespace", ()))

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace in which the tree has something, sorted."""
        used = {one.ref.namespace for one in self._world.inventory.manifests}
        return tuple(sorted({*used, *self.declared} - {""}))

    @cached_property
    def known_namespaces(self) -> frozenset[str]:
        """The namespaces that there are: declared, named by the cluster's spec, or made by Kubernetes."""
        return given_namespaces(self._world)

    @cached_property
    def is_declared(self) -> bool:
        """Whether the tree says of some namespace, or of some pods, that they are in the mesh."""
        labels = [self._world.injection.labels_of(name) or {} for name in self.declared]
        return any(is_member(one) for one in [*labels, *(workload.labels for workload in self.workloads.all)])

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What the tree sets of the mesh's configuration; empty where it shows none."""
        return config_of(self._world)

    @cached_property
    def policies_in(self) -> Index[tuple[str, str]]:
        """Policies that select workloads, by kind and namespace."""
        return grouped(
            ((kind, one.ref.namespace), one) for kind in SELECTORS for one in self._world.by_kind.get(kind, ())
        )

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
    def gateways_with(self) -> Index[str]:
        """Gateways of Istio by their certificates: the Secret's name, or file and key."""
        return grouped((certificate_of(mapping_at(server, "tls")), one) for one, server in self._servers())

    def _servers(self) -> Iterator[tuple[Manifest, Mapping[str, Any]]]:
        for gateway in self._world.by_kind.get(GATEWAY, ()):
            for _, server in mappings_at(gateway.body, "spec", "servers"):
                yield gateway, server

    @cached_property
    def patching(self) -> Index[str]:
        """EnvoyFilters by what their patches apply to."""
        filters = self._world.by_kind.get(ENVOY_FILTER, ())
        patches = ((one, patch) for one in filters for _, patch in mappings_at(one.body, "spec", "configPatches"))
        return grouped((text_at(patch, "applyTo"), one) for one, patch in patches)

    @cached_property
    def entries_of(self) -> Index[str]:
        """ServiceEntries by their hosts."""
        entries = self._world.by_kind.get(SERVICE_ENTRY, ())
        return grouped((host, one) for one in entries for host in words_at(one.body, "spec", "hosts"))

    @cached_property
    def services_in(self) -> Index[str]:
        """Services by namespace."""
        return grouped((one.ref.namespace, one) for one in self._world.by_kind.get("Service", ()))

    @cached_property
    def _services_asking(self) -> Index[tuple[str, str, str]]:
        found: list[tuple[tuple[str, str, str], Manifest]] = []
        alike: dict[str, int] = defaultdict(int)
        for one in self._world.by_kind.get("Service", ()):
            labels = texts_at(one.body, "spec", "selector")
            said = f"{one.ref.namespace} {labels} {value_at(one.body, 'spec', 'ports')}" if labels else ""
            alike[said] += 1
            if labels and alike[said] <= ENOUGH:
                found.append(((one.ref.namespace, *next(iter(labels.items()))), one))
        return grouped(found)

    def services_of(self, pod: Pod) -> list[Manifest]:
        """The Services that select pods, in no order that means anything; of those that say all the same only two."""
        found = [one for pair in pod.labels.items() for one in self._services_asking.get((pod.namespace, *pair), ())]
        return [one for one in found if texts_at(one.body, "spec", "selector").items() <= pod.labels.items()]

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
    def destination_rules(self) -> Index[str]:
        """DestinationRules by their full host."""
        rules = self._world.by_kind.get(DESTINATION_RULE, ())
        return grouped((full_name(text_at(one.body, "spec", "host"), one.ref.namespace), one) for one in rules)

    @cached_property
    def wild_destination_rules(self) -> tuple[tuple[str, Manifest], ...]:
        """Those with a wildcard, the longest first."""
        wild = [(host, one) for host, same in self.destination_rules.items() if host.startswith("*") for one in same]
        return tuple(sorted(wild, key=lambda pair: -len(pair[0])))

    def are_together(self, one: Manifest, other: Manifest) -> bool:
        """Whether a cluster may get both objects: layers of kustomize may be alternatives."""
        return meeting(one, other, self._world) is not None

    def status_with(self, other: Manifest, one: Manifest | None = None) -> Status:
        """How sure a finding is that rests on what another object says; `one` is known not to need it."""
        if one is not None and one is not other:
            lack = meeting(one, other, self._world)
            return lack.status if lack else Status.UNKNOWN
        is_sure = len(self._world.inventory.by_ref[other.ref]) == 1 and not self._world.draft_of(other)
        return Status.BROKEN if is_sure else Status.UNKNOWN

    def without_workloads(self, *namespaces: str) -> Lack:
        """Whether workloads that the tree does not have may be in some namespaces all the same."""
        lacks = [self._world.doubt("Pod", namespace) for namespace in namespaces]
        lack = next((one for one in lacks if one.status is not Status.BROKEN), lacks[0])
        if lack.status is Status.BROKEN and any(namespace in self.workloads.drafts for namespace in namespaces):
            return lack._replace(status=Status.UNKNOWN, doubt=", but labels may be changed before they are applied")
        return lack


def grouped(pairs: Iterable[tuple[Key, Manifest]]) -> Index[Key]:
    """Objects by a key, each once, in the order in which they come."""
    found: dict[Key, dict[int, Manifest]] = defaultdict(dict)
    for key, one in pairs:
        found[key][id(one)] = one
    return {key: tuple(same.values()) for key, same in found.items()}
