"""Gateways with their listeners, and which routes they admit.

Read in the types and conformance tests of the Gateway API 1.6.

Sources: <https://gateway-api.sigs.k8s.io/reference/spec/#listener>,
<https://gateway-api.sigs.k8s.io/reference/spec/#parentreference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.manifests.ref import Ref
from bayplan.validation import selectors
from bayplan.validation.backends import GATEWAY_GROUP
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, value_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

GATEWAY = f"Gateway.{GATEWAY_GROUP}"
LISTENER_SETS = (f"ListenerSet.{GATEWAY_GROUP}", "XListenerSet.gateway.networking.x-k8s.io")
LISTENING = (GATEWAY, *LISTENER_SETS)
"""Kinds that have listeners."""
NAMED = "kubernetes.io/metadata.name"
"""Label that the API server gives every namespace: its name."""
ADMITTED = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TCP": ("TCPRoute",),
    "TLS": ("TLSRoute", "TCPRoute"),
    "UDP": ("UDPRoute",),
}
"""Protocol of a listener to the kinds of routes that may attach to it; of other protocols nothing is known."""


class Listener(NamedTuple):
    """One listener."""

    owner: Manifest
    name: str
    hostname: str
    """"" for any."""
    port: int | None
    protocol: str
    allowed: dict[str, object]
    """What `allowedRoutes` says."""
    pointer: str


def listeners_of(owner: Manifest) -> Iterator[Listener]:
    """The listeners of a Gateway or ListenerSet."""
    for index, item in mappings_at(owner.body, "spec", "listeners"):
        yield Listener(
            owner,
            text_at(item, "name"),
            text_at(item, "hostname"),
            whole_at(item, "port"),
            text_at(item, "protocol"),
            mapping_at(item, "allowedRoutes"),
            pointer("spec", "listeners", index),
        )


class Parent(NamedTuple):
    """What a route attaches to."""

    kind: str
    namespace: str
    name: str
    section: str
    port: int | None
    pointer: str

    def __str__(self) -> str:
        return f"{self.kind.partition('.')[0]} {self.namespace}/{self.name}"

    def found(self, world: World) -> Manifest | None:
        """The one object of the tree that is meant; None if there is none or more than one, or it is a draft."""
        plain, _, group = self.kind.partition(".")
        same = world.inventory.by_ref.get(Ref(group, plain, self.namespace, self.name), ())
        return same[0] if len(same) == 1 and not world.draft_of(same[0]) else None

    def chosen(self, owner: Manifest) -> list[Listener]:
        """The listeners that it names by section and port; all where it names neither."""
        return [one for one in listeners_of(owner) if self.section in ("", one.name) and self.port in (None, one.port)]


def parents_of(route: Manifest) -> Iterator[Parent]:
    """Whatever a route attaches to, with the defaults of the API: a Gateway of its own namespace."""
    for index, item in mappings_at(route.body, "spec", "parentRefs"):
        kind = text_at(item, "kind") or "Gateway"
        group = text_at(item, "group") if "group" in item else GATEWAY_GROUP
        full = f"{kind}.{group}" if group else kind
        name, namespace = text_at(item, "name"), text_at(item, "namespace") or route.ref.namespace
        if name and not is_variable(name + namespace):
            section = text_at(item, "sectionName")
            yield Parent(full, namespace, name, section, whole_at(item, "port"), pointer("spec", "parentRefs", index))


def admits_kind(listener: Listener, route: Manifest) -> bool:
    """Whether a listener takes routes of a kind: those that it says, or those of its protocol."""
    said = mappings_at(listener.allowed, "kinds")
    if said:
        return any(
            text_at(item, "kind") == route.ref.kind and (text_at(item, "group") or GATEWAY_GROUP) == route.ref.group
            for _, item in said
        )
    return listener.protocol not in ADMITTED or route.ref.kind in ADMITTED[listener.protocol]


def admits_namespace(listener: Listener, namespace: str, world: World) -> bool | None:
    """Whether a listener takes routes of a namespace; None where the labels of that are not known."""
    match text_at(listener.allowed, "namespaces", "from") or "Same":
        case "All":
            return True
        case "Same":
            return namespace == listener.owner.ref.namespace
        case "Selector":
            selector = selectors.read(listener.allowed, "namespaces", "selector")
            return None if selector is None else selects_namespace(selector, namespace, world)
        case _:
            return None


def selects_namespace(selector: selectors.Selector, namespace: str, world: World) -> bool | None:
    """Whether a selector selects a namespace; None where its labels are not in the tree, or changed on the way."""
    found = world.inventory.by_ref.get(Ref("", "Namespace", "", namespace), ())
    if len(found) == 1 and not world.draft_of(found[0]):
        labels = texts_at(found[0].body, "metadata", "labels")
        return selector.admits({**labels, NAMED: namespace})
    only_name = all(key == NAMED for key, _ in selector.labels) and all(
        one.key == NAMED for one in selector.requirements
    )
    return selector.admits({NAMED: namespace}) if only_name else None


def meet(hostname: str, other: str) -> bool:
    """Whether two hostnames have a name in common; "" and `*` are any, `*.` stands for one label or more."""
    one, two = hostname.lower(), other.lower()
    if one in ("", "*") or two in ("", "*") or one == two:
        return True
    # `*.example.com` holds every name that ends with `.example.com`, narrower wildcards among them
    return (one.startswith("*.") and two.endswith(one[1:])) or (two.startswith("*.") and one.endswith(two[1:]))


def is_granted(sender: Manifest, kind: str, namespace: str, name: str, world: World) -> bool:
    """Whether a ReferenceGrant of the other namespace lets an object refer to a thing there."""
    plain, _, group = kind.partition(".")
    for grant in grants(world):
        if grant.ref.namespace != namespace:
            continue
        is_from = any(
            text_at(item, "group") == sender.ref.group
            and text_at(item, "kind") == sender.ref.kind
            and text_at(item, "namespace") == sender.ref.namespace
            for _, item in mappings_at(grant.body, "spec", "from")
        )
        is_to = any(
            text_at(item, "group") == group
            and text_at(item, "kind") == plain
            and value_at(item, "name") in (None, "", name)
            for _, item in mappings_at(grant.body, "spec", "to")
        )
        if is_from and is_to:
            return True
    return False


def grants(world: World) -> tuple[Manifest, ...]:
    """Every ReferenceGrant; trees have few."""
    return world.by_kind.get(f"ReferenceGrant.{GATEWAY_GROUP}", ())
