"""The way out to a service that is not the platform's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import app_labels
from bayplan.render.outside import ANYWHERE, blocks
from bayplan.spec.address import endpoint, is_ip, namespace_in, scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.external import External as Spec

"""NetworkPolicies know no host names: without `networks` the port alone bounds the way out."""


class External(Part):
    """A NetworkPolicy that lets all pods of the app out to it and, in a mesh, a ServiceEntry that makes it known.

    The ServiceEntry passes connections on to where the program opened them (`resolution: NONE`): brokers and shards
    answer under other addresses than the one that is said, and Istio would send all of a port to that one.
    Source: <https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        external: Spec,
        site: Site,
        origin: str = "",
    ) -> None:
        bodies = _objects(external, site)
        super().__init__(scope, id or f"External-{external.name}", bodies=bodies, origin=origin or external.origin)


def _objects(external: Spec, site: Site) -> Iterator[Body]:
    # a name with a dot, so that it is no workload's
    metadata = {
        "name": f"{external.name}.external",
        "namespace": site.app,
        "labels": app_labels(site.app, site.team),
    }
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": list(_ways_out(external)),
        },
    }
    strangers = [(host, port) for host, port in external.endpoints if not namespace_in(host)]
    if site.mesh and strangers:
        yield {
            "apiVersion": "networking.istio.io/v1",
            "kind": "ServiceEntry",
            "metadata": metadata,
            "spec": _entry(external, strangers),
        }


def _ways_out(external: Spec) -> Iterator[Body]:
    """One rule for each place: Services of other namespaces, numbers, and names, which may lead anywhere."""
    ports: dict[tuple[str, ...], list[int]] = {}
    for host, port in external.endpoints:
        if namespace := namespace_in(host):
            # which port its pods have behind that of the Service is not said
            yield {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}]}
        else:
            ranges = tuple(external.networks) or ((f"{host}/32",) if is_ip(host) else ANYWHERE)
            ports[ranges] = sorted({*ports.get(ranges, ()), port})
    for ranges, numbers in ports.items():
        yield {
            "to": blocks(ranges),
            "ports": [{"protocol": "TCP", "port": number} for number in numbers],
        }


def _entry(external: Spec, strangers: list[tuple[str, int]]) -> Body:
    hosts = sorted({host for host, _ in strangers if not is_ip(host)}) or [f"{external.name}.external"]
    numbers = [f"{host}/32" for host, _ in strangers if is_ip(host)]
    protocols = {port: _protocol(external, port) for _, port in strangers}
    return {
        "hosts": hosts,
        "addresses": sorted({*external.networks, *numbers}) or None,
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "resolution": "NONE",
        "ports": [
            {"number": port, "name": f"{protocol.lower()}-{port}", "protocol": protocol}
            for port, protocol in sorted(protocols.items())
        ],
    }


def _protocol(external: Spec, port: int) -> str:
    """HTTP and TLS by what the address says; all else are bytes, whose brokers have names of their own."""
    schemes = {scheme(one) for one in external.address if endpoint(one)[1] == port}
    return {"http": "HTTP", "https": "TLS"}.get(schemes.pop(), "TCP") if len(schemes) == 1 else "TCP"
