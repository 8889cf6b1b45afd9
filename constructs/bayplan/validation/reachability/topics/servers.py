"""What the API server calls: webhooks, conversions of CRDs, and aggregated APIs, by their Services.

It runs outside of the pods' network. No selector surely matches it: with some providers its calls come from a pod
(konnectivity), with others from an address that only an `ipBlock` can name.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at
from bayplan.validation.reachability.calls import Call
from bayplan.validation.reachability.ends import stranger
from bayplan.validation.reachability.services import service_named, sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

WEBHOOKS = tuple(f"{kind}WebhookConfiguration.admissionregistration.k8s.io" for kind in ("Mutating", "Validating"))
DEFINITION = "CustomResourceDefinition.apiextensions.k8s.io"
API_SERVICE = "APIService.apiregistration.k8s.io"
API_SERVER = stranger("the API server", None, is_host=True)


def called_by_the_server(world: World) -> Iterator[Call]:
    """Every Service that the API server is told to call, once for each kind of pods."""
    seen: set[tuple[int, int]] = set()
    for source, reference in references(world):
        service = service_named(world, text_at(reference, "namespace"), text_at(reference, "name"))
        for socket in sockets(world, service, whole_at(reference, "port") or 443) if service is not None else ():
            if (id(socket.pod), socket.number) not in seen:
                seen.add((id(socket.pod), socket.number))
                yield Call(
                    sources=(API_SERVER,),
                    targets=(world.reach.network.end(socket.pod),),
                    ports=((socket.protocol, socket.number),),
                    why=f"{source.ref} has the API server call it",
                    asks_anybody=True,
                )


def references(world: World) -> Iterator[tuple[Manifest, dict[str, object]]]:
    """The objects that say so, with the part that names the Service."""
    for kind in WEBHOOKS:
        for one in world.by_kind.get(kind, ()):
            for _, webhook in mappings_at(one.body, "webhooks"):
                yield one, mapping_at(webhook, "clientConfig", "service")
    for one in world.by_kind.get(DEFINITION, ()):
        yield one, mapping_at(one.body, "spec", "conversion", "webhook", "clientConfig", "service")
    for one in world.by_kind.get(API_SERVICE, ()):
        yield one, mapping_at(one.body, "spec", "service")
