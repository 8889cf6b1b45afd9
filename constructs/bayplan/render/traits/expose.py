"""An address in the outside world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels
from bayplan.render.platform.gateway import GATEWAY
from bayplan.render.traits.load import weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Route, Site

SERVICE_PORT = 80
"""A port of every Service, so that `http://<workload>` is its address inside of the app."""


class Expose(Part):
    """A host on the cluster's gateway (`render/platform/gateway.py`): every path to the workload that asked for it.

    One VirtualService for a host, however many workloads (also of other apps) share it: Istio does not say in which
    order it matches the paths of two.
    Source: <https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Expose",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        host: str,
        routes: Sequence[Route],
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": {"name": name, "namespace": site.app, "labels": labels(site, name)},
            "spec": _routing(host, routes),
        }
        super().__init__(scope, id, bodies=[body], origin=origin)


def _routing(host: str, routes: Sequence[Route]) -> Body:
    ways = [(path, route) for route in routes for path in route.paths]
    # the first match wins, so the longest path has to stand first
    ways.sort(key=lambda way: (-len(way[0]), way[0]))
    return {"hosts": [host], "gateways": [GATEWAY], "http": [_way(path, route) for path, route in ways]}


def _way(path: str, route: Route) -> Body:
    host = f"{route.workload}.{route.app}.svc.cluster.local"
    retries: Body = {"attempts": route.retries}
    if route.retries:
        # where no answer came; a program's own errors are never tried again. `unavailable` is gRPC's word for it
        retries["retryOn"] = "connect-failure,refused-stream,reset,unavailable"
    return {
        "match": _match(path),
        "route": weighted(host, SERVICE_PORT, route.weights, route.canary),
        "timeout": route.timeout or None,
        "retries": retries,
    }


def _match(path: str) -> list[Body]:
    if path.endswith("/"):
        return [{"uri": {"prefix": path}}]
    # as a bare prefix, /api would also take /apis
    return [{"uri": {"exact": path}}, {"uri": {"prefix": f"{path}/"}}]
