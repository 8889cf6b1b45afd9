"""Routes: what gateways and ingress controllers send to the pods behind Services.

The pods of a gateway are those of the tree that it selects, or a stranger with these labels. Of an ingress controller
nothing is known: it is whoever looks like one, or a stranger.

Source: <https://istio.io/latest/docs/reference/config/networking/gateway/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation import pools, selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at, whole_at, words_at
from bayplan.validation.hosts import full_name, service_behind
from bayplan.validation.mesh.injection import is_ambient, is_gateway
from bayplan.validation.reachability.calls import HBONE_PORT, Call
from bayplan.validation.reachability.ends import End, stranger
from bayplan.validation.reachability.entrances import entrance, own_gateway
from bayplan.validation.reachability.services import service_named, sockets
from bayplan.validation.routes import VIRTUAL_SERVICE, destinations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

API_ROUTES = tuple(f"{kind}Route.gateway.networking.k8s.io" for kind in ("GRPC", "HTTP", "TCP", "TLS", "UDP"))
INGRESS_OBJECT = "Ingress.networking.k8s.io"
USES_WAYPOINT = "istio.io/use-waypoint"
LOOKS_LIKE_ONE = (
    "ambassador", "apisix", "cloudflared", "contour", "emissary", "envoy", "gateway", "haproxy", "ingress", "kong",
    "pomerium", "proxyv2", "skipper", "traefik", "tyk",
)  # fmt: skip
"""Words in the images of programs that take in traffic."""


class Aim(NamedTuple):
    """A port of a Service that somebody sends to."""

    service: Manifest
    port: int | str | None


def routed(world: World) -> Iterator[Call]:
    """Every gateway, and every kind of pods that it sends to."""
    seen: set[tuple[str, int, int]] = set()
    for route, sources, aim in (*by_mesh(world), *by_api(world), *by_ingress(world), *by_router(world)):
        for socket in sockets(world, aim.service, aim.port) if not has_waypoint(aim.service, world) else ():
            key = (sources[0].name, id(socket.pod), socket.number)
            if key not in seen:
                seen.add(key)
                tunnel = [("TCP", HBONE_PORT)] if is_ambient(socket.pod, world) else []
                yield Call(
                    sources=sources,
                    targets=(world.reach.network.end(socket.pod),),
                    ports=((socket.protocol, socket.number), *tunnel),
                    why=f"{route.ref} sends to it",
                )


def has_waypoint(service: Manifest, world: World) -> bool:
    """Whether a waypoint stands between: then nobody else reaches the pods, and the route shows nothing of it."""
    labels = world.reach.network.homes.labels.get(service.ref.namespace, {})
    return USES_WAYPOINT in labels or USES_WAYPOINT in texts_at(service.body, "metadata", "labels")


def by_mesh(world: World) -> Iterator[tuple[Manifest, tuple[End, ...], Aim]]:
    """VirtualServices that are bound to gateways."""
    for route in world.by_kind.get(VIRTUAL_SERVICE, ()):
        gateways = [name for name in words_at(route.body, "spec", "gateways") if name != "mesh"]
        aims = list(aims_of(route, world)) if gateways else []
        for name in gateways if aims else ():
            sources = istio_gateway(name, route.ref.namespace, world)
            yield from ((route, sources, aim) for aim in aims)


def aims_of(route: Manifest, world: World) -> Iterator[Aim]:
    """The Services of the tree that a VirtualService sends to."""
    for one in destinations_of(route):
        named = service_behind(full_name(one.host, route.ref.namespace))
        service = service_named(world, named[1], named[0]) if named else None
        if service is not None:
            yield Aim(service, one.port)


def istio_gateway(name: str, namespace: str, world: World) -> tuple[End, ...]:
    """The pods of an Istio Gateway: by its selector, in whatever namespace."""
    where, slash, short = name.rpartition("/")
    ref = Ref("networking.istio.io", "Gateway", where if slash else namespace, short)
    return world.reach.once(ref, lambda: gateway_at(ref, world))


def gateway_at(ref: Ref, world: World) -> tuple[End, ...]:
    """The pods of the tree that a Gateway selects; without any a stranger with the labels that it asks for."""
    found = world.inventory.by_ref.get(ref)
    labels = texts_at(found[0].body, "spec", "selector") if found else {}
    wanted = selectors.of_labels(labels)
    name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    if not labels:
        return (*anybody(world), stranger(f"the gateway {name}", None))
    known = world.reach.once("ends by label", lambda: by_label(every_end(world)))
    near = min((known.get(pair, []) for pair in wanted.labels), key=len)
    own = tuple(end for end in near if wanted.admits(end.labels))
    return own or (entrance(f"the gateway {name}", labels, world),)


def by_label(ends: Iterable[End]) -> Mapping[tuple[str, str], list[End]]:
    """Ends by each of their labels: a tree may have thousands of Gateways."""
    found: dict[tuple[str, str], list[End]] = defaultdict(list)
    for end in ends:
        for pair in end.labels.items():
            found[pair].append(end)
    return found


def by_api(world: World) -> Iterator[tuple[Manifest, tuple[End, ...], Aim]]:
    """Routes of the Gateway API that are bound to gateways."""
    for route in (route for kind in API_ROUTES for route in world.by_kind.get(kind, ())):
        parents = [one for _, one in mappings_at(route.body, "spec", "parentRefs")]
        parents = [one for one in parents if (text_at(one, "kind") or "Gateway") == "Gateway"]
        for parent in parents:
            sources = (*anybody(world), own_gateway(parent, route.ref.namespace, world))
            for _, rule in mappings_at(route.body, "spec", "rules"):
                for _, backend in mappings_at(rule, "backendRefs"):
                    for aim in aims_at(backend, route.ref.namespace, world):
                        yield route, sources, aim


def by_router(world: World) -> Iterator[tuple[Manifest, tuple[End, ...], Aim]]:
    """Routers of InferencePools, which ask each pod how busy it is."""
    for pool in world.by_kind.get(pools.INFERENCE_POOL, ()):
        service = service_named(world, pool.ref.namespace, pools.router_of(pool).name)
        chosen = {id(one.pod): one.pod for one in sockets(world, service)} if service is not None else {}
        if chosen:
            yield pool, tuple(world.reach.network.end(pod) for pod in chosen.values()), Aim(pool, None)


def aims_at(backend: dict[str, object], namespace: str, world: World) -> Iterator[Aim]:
    """The Service of the tree that a backendRef names; of an InferencePool its pods, and their router."""
    where, name = text_at(backend, "namespace") or namespace, text_at(backend, "name")
    pool = pools.pool_named(world, where, name) if text_at(backend, "kind") == pools.KIND else None
    if pool is not None:
        yield Aim(pool, None)
        _, router, port = pools.router_of(pool)
        service = service_named(world, where, router)
        if service is not None:
            yield Aim(service, port)
    aim = aim_of(backend, namespace, world)
    if aim is not None:
        yield aim


def aim_of(backend: dict[str, object], namespace: str, world: World) -> Aim | None:
    """The Service of the tree that a backendRef names."""
    if (text_at(backend, "kind") or "Service") != "Service":
        return None
    service = service_named(world, text_at(backend, "namespace") or namespace, text_at(backend, "name"))
    return Aim(service, whole_at(backend, "port")) if service is not None else None


def by_ingress(world: World) -> Iterator[tuple[Manifest, tuple[End, ...], Aim]]:
    """Ingresses: all their backends."""
    for route in world.by_kind.get(INGRESS_OBJECT, ()):
        sources = (*anybody(world), stranger("the ingress controller", None))
        paths = [path for _, rule in mappings_at(route.body, "spec", "rules")
                 for _, path in mappings_at(rule, "http", "paths")]  # fmt: skip
        backends = [mapping_at(path, "backend") for path in paths] + [mapping_at(route.body, "spec", "defaultBackend")]
        for backend in backends:
            service = service_named(world, route.ref.namespace, text_at(backend, "service", "name"))
            port = value_at(backend, "service", "port", "number") or value_at(backend, "service", "port", "name")
            if service is not None:
                yield route, sources, Aim(service, port)


def anybody(world: World) -> tuple[End, ...]:
    """The pods of the tree that may take in traffic: by their images, or because a mesh makes them gateways."""
    return world.reach.once("anybody", lambda: tuple(end for end in every_end(world) if takes_in_traffic(end)))


def every_end(world: World) -> tuple[End, ...]:
    """All pods of the tree."""
    network, owners = world.reach.network, world.inventory.manifests
    return world.reach.once(
        "every end", lambda: tuple(network.end(pod) for one in owners for pod in world.pods.made_by(one))
    )


def takes_in_traffic(end: End) -> bool:
    """Whether pods look like a gateway."""
    if end.pod is None:
        return False
    images = [text_at(container.body, "image").partition("@")[0] for container in end.pod.containers]
    return is_gateway(end.pod) or any(word in image for image in images for word in LOOKS_LIKE_ONE)
