"""A route that a mesh rule calls broken does fail at a real gateway, and one that no rule objects to works.

istiod and Envoy are those of test_mesh.py. Every case begins with the sound route and waits until it works, so that
what fails afterwards fails for the one change.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml
from tests.e2e.mesh import Mesh, open_mesh
from tests.e2e.mesh_gateway import Gateway, start_gateway
from tests.e2e.scene import YARD
from tests.e2e.test_mesh import start_backend

from bayplan.lab.certificate import make_certificates
from bayplan.lab.port import LOOPBACK
from bayplan.lab.wait import NotYet, wait_for
from bayplan.spec.load import load_clusters
from bayplan.validation.example import findings_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

HOST = "trial.example.com"
SOUND = """
apiVersion: v1
kind: Namespace
metadata: {name: trial}
---
apiVersion: v1
kind: Service
metadata: {name: trial, namespace: trial}
spec:
  selector: {app.kubernetes.io/name: trial}
  ports: [{name: http, port: 80}, {name: http-more, port: 9090}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: trial, namespace: trial}
spec:
  host: trial
  trafficPolicy: {tls: {mode: DISABLE}}
  subsets: [{name: all, labels: {app.kubernetes.io/name: trial}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: trial, namespace: trial}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [trial/trial.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: trial, namespace: trial}
spec:
  hosts: [trial.example.com]
  gateways: [trial]
  http:
    - match: [{uri: {prefix: /elsewhere}}]
      directResponse: {status: 418}
    - route: [{destination: {host: trial, subset: all, port: {number: 80}}}]
"""


class Case(NamedTuple):
    """One change of the sound objects."""

    name: str
    kind: str
    path: tuple[str | int, ...]
    """Where the change is, below `spec`."""
    value: Any
    codes: tuple[str, ...] = ()
    """Rules that object; none for a change that works."""


TO = ("http", 1, "route", 0, "destination")
CASES = [
    Case("a name that nobody has", "VirtualService", (*TO, "host"), "trail", ("MSH001",)),
    Case("a name that is not completed", "VirtualService", (*TO, "host"), "trial.trial", ("MSH001",)),
    Case("the full name", "VirtualService", (*TO, "host"), "trial.trial.svc.cluster.local"),
    Case("a port that the Service lacks", "VirtualService", (*TO, "port", "number"), 8080, ("MSH002",)),
    Case("no port of two", "VirtualService", (*TO, "port"), None, ("MSH003",)),
    Case("a subset that is not defined", "VirtualService", (*TO, "subset"), "some", ("MSH005",)),
    Case("no subset", "VirtualService", (*TO, "subset"), None),
    Case("a subset without pods", "DestinationRule", ("subsets", 0, "labels"), {"version": "v9"}, ("MSH006",)),
    Case("a subset of everything", "DestinationRule", ("subsets", 0, "labels"), None),
    Case("subsets that are not exported", "DestinationRule", ("exportTo",), ["."], ("MSH005",)),
    Case("a rule before it that takes all", "VirtualService", ("http", 0, "match"), None, ("MSH011",)),
    Case(
        "a rule before it by a prefix", "VirtualService", ("http", 0, "match"), [{"uri": {"prefix": "/"}}], ("MSH011",)
    ),
    Case("a rule before it for others", "VirtualService", ("http", 0, "match"), [{"method": {"exact": "PUT"}}]),
    Case("a gateway that is not there", "VirtualService", ("gateways",), ["trail"], ("MSH014",)),
    Case("the gateway with its namespace", "VirtualService", ("gateways",), ["trial/trial"]),
    Case("a host that is not served", "VirtualService", ("hosts",), ["tried.example.com"], ("MSH015",)),
    Case("a host by a wildcard", "VirtualService", ("hosts",), ["*.example.com"]),
    Case("a route that is not exported", "VirtualService", ("exportTo",), ["."], ("MSH063",)),
    Case("a route exported to the gateway", "VirtualService", ("exportTo",), [".", "istio-ingress"]),
    Case("a host for other namespaces", "Gateway", ("servers", 0, "hosts"), ["chat/trial.example.com"], ("MSH015",)),
    Case("a host for all namespaces", "Gateway", ("servers", 0, "hosts"), ["*/*.example.com"]),
    Case("pods that are not there", "Gateway", ("selector",), {"istio": "nobody"}, ("MSH017",)),
]


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with open_mesh("mesh-rules") as found:
        yield found


@pytest.fixture(scope="module")
def gateway(mesh: Mesh) -> Gateway:
    """A gateway, and a program behind the Service."""
    mesh.api.apply(next(yaml.safe_load_all(SOUND)))
    start_backend(mesh, "trial-1", "trial/trial")
    return start_gateway(mesh, make_certificates(HOST))


def changed(case: Case | None) -> list[Body]:
    """The sound objects with one change."""
    bodies: list[Body] = list(yaml.safe_load_all(SOUND))
    for body in bodies:
        if case is not None and body["kind"] == case.kind:
            *way, last = case.path
            node = body["spec"]
            for part in way:
                node = node[part]
            node[last] = case.value
            if case.value is None:
                del node[last]
    return bodies


def on_loopback(case: Case | None, port: int) -> list[Body]:
    """The objects as a laptop can serve them: on another port than 80, which is the administrator's."""
    bodies = copy.deepcopy(changed(case))
    for body in bodies:
        if body["kind"] == "Gateway":
            body["spec"]["servers"][0] |= {"bind": LOOPBACK}
            body["spec"]["servers"][0]["port"]["number"] = port
    return bodies


def put(mesh: Mesh, gateway: Gateway, case: Case | None) -> None:
    """Apply the objects."""
    for body in on_loopback(case, gateway.plain):
        mesh.api.apply(body)


def status(gateway: Gateway) -> int:
    """What the gateway answers; 0 where it does not even listen."""
    try:
        return gateway.ask(HOST, plain=True).status
    except OSError:
        return 0


def await_answer(gateway: Gateway, what: str, *, works: bool) -> None:
    """Wait until the route works, or does not."""

    def seen() -> None:
        answer = status(gateway)
        if (answer == 200) is not works:
            raise NotYet(f"answers {answer}")

    wait_for(what, seen, within_s=30)


def codes_of(case: Case | None) -> set[str]:
    """The mesh rules that object; the program behind the Service stands for its pods."""
    about = {"name": "trial-1", "namespace": "trial"}
    spec = {"address": LOOPBACK, "labels": {"app.kubernetes.io/name": "trial"}}
    entry = {"apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntry", "metadata": about, "spec": spec}
    cluster = {one.name: one for one in load_clusters(YARD)}["lab"]
    found = findings_in(yaml.safe_dump_all([*on_loopback(case, 18080), entry]), cluster=cluster)
    return {one.rule for one in found if one.rule.startswith("MSH")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_what_the_rules_say_is_what_the_gateway_does(mesh: Mesh, gateway: Gateway, case: Case) -> None:
    assert (codes_of(None), codes_of(case)) == (set(), set(case.codes))
    put(mesh, gateway, None)
    await_answer(gateway, "the sound route", works=True)
    put(mesh, gateway, case)
    await_answer(gateway, case.name, works=not case.codes)
