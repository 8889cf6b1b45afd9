"""Requests shared out by what the parts of a workload carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import PART, labels
from bayplan.render.weights import hundredths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site

_CANARY = "/"
"""No part is called so."""


class Load(ApiObject):
    """A VirtualService for callers inside of the mesh: each part gets the share of requests that it can carry.

    The shares are those of the highest load, and stay as they are between the planned numbers: each part follows its
    own share of the load.
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Load",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        ports: Sequence[int],
        weights: Mapping[str, int],
        canary: tuple[str, int] | None = None,
        origin: str = "",
    ) -> None:
        """`canary` is another workload of the app, and how much of 100 requests it gets."""
        host = f"{name}.{site.app}.svc.cluster.local"
        ways = [
            {"match": [{"port": port}], "route": weighted(host, port, tuple(weights.items()), canary)}
            for port in sorted(ports)
        ]
        body = {
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            # a name with a dot, so that it is not that of a host on the gateway
            "metadata": {"name": f"{name}.parts", "namespace": site.app, "labels": labels(site, name)},
            "spec": {"hosts": [host], "http": ways},
        }
        super().__init__(scope, id, body=body, origin=origin)


def weighted(
    host: str, port: int, weights: Sequence[tuple[str, int]], canary: tuple[str, int] | None = None
) -> list[Body]:
    """Where requests go: to all of a workload, or to each of its parts by weight; and to its canary."""
    to: Body = {"host": host, "port": {"number": port}}
    if not weights and not canary:
        return [{"destination": to}]
    name, percent = canary or ("", 0)
    parts = dict(weights) or {"": 100}
    amounts = {part: weight * (100 - percent) for part, weight in parts.items()}
    shares = hundredths(amounts | ({_CANARY: percent * sum(parts.values())} if canary else {}))
    other = host.replace(host.partition(".")[0], name, 1)
    ends = {_CANARY: {**to, "host": other}, "": to}
    return [{"destination": ends.get(part, {**to, "subset": part}), "weight": share} for part, share in shares.items()]


def subsets(weights: Mapping[str, int]) -> list[Body] | None:
    """The parts, as a DestinationRule tells them apart."""
    return [{"name": part, "labels": {PART: part}} for part in weights] or None
