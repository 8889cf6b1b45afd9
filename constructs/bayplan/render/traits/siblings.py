"""Pods of one workload that talk to each other, as the network sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels, selector
from bayplan.render.outside import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site

API_SERVER_PORTS = (443, 6443)
"""Of the Kubernetes API, before and behind its Service: which of them a policy sees depends on the network plug-in."""


class Siblings(ApiObject):
    """A NetworkPolicy that lets pods of one workload reach each other on some ports, and what has no name in policies.

    Policies of one pod add up: this one goes beside that of `Access`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Siblings",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        ports: Sequence[int],
        outside_ports: Iterable[int] = (),
        called: Iterable[tuple[dict[str, str], int]] = (),
        origin: str = "",
    ) -> None:
        """Without `ports` they may use all. `outside_ports` are those of the API server and of stores, whose addresses
        no policy can name; `called` are labels of operators' pods, wherever they are, and the port that these call.
        """
        own = [{"podSelector": {"matchLabels": selector(name)}}]
        outside = sorted(set(outside_ports))
        egress = [
            {"to": own, "ports": _tcp(ports) or None},
            *([{"to": blocks(), "ports": _tcp(outside)}] if outside else []),
        ]
        body: Body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            # a name with a dot, so that it is no workload's
            "metadata": {"name": f"{name}.pods", "namespace": site.app, "labels": labels(site, name)},
            "spec": {
                "podSelector": {"matchLabels": selector(name)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": own, "ports": _tcp(ports) or None}, *(_operator(*one) for one in called)],
                "egress": egress,
            },
        }
        super().__init__(scope, id, body=body, origin=origin)


def _operator(marks: dict[str, str], port: int) -> Body:
    return {"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": marks}}], "ports": _tcp([port])}


def _tcp(ports: Iterable[int]) -> list[Body]:
    return [{"protocol": "TCP", "port": port} for port in ports]
