"""NetworkPolicies as the API server takes them: defaults filled in, each rule with its peers and ports.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import step
from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, words_at
from bayplan.validation.reachability.ports import LAST

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector

NETWORK_POLICY = "NetworkPolicy.networking.k8s.io"
INGRESS, EGRESS = "ingress", "egress"
NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that the API server puts on every Namespace."""


class Peer(NamedTuple):
    """One entry of `from` or `to`: pods by labels of theirs and of their namespace, or addresses."""

    pods: Selector | None
    namespaces: Selector | None
    """None means the policy's own namespace."""
    block: str
    """A range of addresses; then there are no selectors."""
    excepts: tuple[str, ...]
    pointer: str


class Port(NamedTuple):
    """One entry of `ports`."""

    protocol: str
    name: str
    """A port by name, to be looked up in each pod; "" for numbers."""
    first: int
    last: int
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One entry of `ingress` or `egress`; what matches a peer and a port may pass."""

    peers: tuple[Peer, ...] | None
    """None for everybody."""
    ports: tuple[Port, ...] | None
    """None for every port."""
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """One NetworkPolicy."""

    manifest: Manifest
    selector: Selector
    ingress: tuple[Rule, ...] | None
    """None where the policy says nothing about what comes in."""
    egress: tuple[Rule, ...] | None
    """None where it says nothing about what goes out."""

    @property
    def namespace(self) -> str:
        """Where its pods are."""
        return self.manifest.ref.namespace

    def rules(self, direction: str) -> tuple[Rule, ...] | None:
        """Its rules for one direction; None where it leaves that alone."""
        return self.ingress if direction == INGRESS else self.egress


def read(manifest: Manifest) -> Policy:
    """A NetworkPolicy from its object."""
    spec = mapping_at(manifest.body, "spec")
    types = words_at(spec, "policyTypes") or (("Ingress", "Egress") if value_at(spec, "egress") else ("Ingress",))
    return Policy(
        manifest=manifest,
        selector=selectors.read(spec, "podSelector") or selectors.Selector(),
        ingress=rules_at(spec, INGRESS, "from") if "Ingress" in types else None,
        egress=rules_at(spec, EGRESS, "to") if "Egress" in types else None,
    )


def rules_at(spec: dict[str, object], direction: str, peers: str) -> tuple[Rule, ...]:
    """The rules for one direction. An empty list of peers or ports means all, as an absent one does."""
    found = []
    for index, body in mappings_at(spec, direction):
        where = f"/spec/{direction}/{index}"
        found.append(
            Rule(
                peers=tuple(peer_of(item, f"{where}/{peers}/{number}") for number, item in mappings_at(body, peers))
                if value_at(body, peers)
                else None,
                ports=tuple(port_of(item, f"{where}/ports/{number}") for number, item in mappings_at(body, "ports"))
                if value_at(body, "ports")
                else None,
                pointer=where,
            )
        )
    return tuple(found)


def peer_of(body: dict[str, object], where: str) -> Peer:
    """One peer."""
    return Peer(
        pods=selectors.read(body, "podSelector"),
        namespaces=selectors.read(body, "namespaceSelector"),
        block=text_at(body, "ipBlock", "cidr"),
        excepts=words_at(body, "ipBlock", "except"),
        pointer=where,
    )


def port_of(body: dict[str, object], where: str) -> Port:
    """One port: a name, a number, a range, or every port of a protocol."""
    protocol = text_at(body, "protocol") or "TCP"
    aim = body.get("port")
    if isinstance(aim, str):
        return Port(protocol, aim, 0, 0, step(where, "port"))
    if not isinstance(aim, int) or isinstance(aim, bool):
        return Port(protocol, "", 1, LAST, where)
    end = body.get("endPort")
    return Port(protocol, "", aim, end if isinstance(end, int) else aim, step(where, "port"))
