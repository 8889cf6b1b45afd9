"""What an app asks of the outside world is what a real gateway does: istiod, a stock Envoy, backends as processes.

Everything is applied as rendered, except for what a laptop cannot give:
- Gateway: `bind: 127.0.0.1` and two free ports in the place of 80 and 443;
- DestinationRule: `tls: DISABLE`. ISTIO_MUTUAL has Envoy ask a pilot-agent beside it for certificates.
HTTPS is real: istiod reads the Secret `gateway-certificate` from istio-ingress and hands it to Envoy (SDS), for which
Envoy has to show istiod a certificate of its service account; over plaintext ADS istiod does not give secrets away.

What sidecars do, with mutual TLS as rendered: test_mesh_identity.py.
"""

from __future__ import annotations

import http.client
import json
import sys
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from tests.e2e.mesh import Mesh, open_mesh, rendered
from tests.e2e.mesh_gateway import Answer, Gateway, start_gateway
from tests.e2e.scene import ROOT

from bayplan.lab.certificate import make_certificates
from bayplan.lab.port import LOOPBACK, free_ports
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

CLASSIFIER, ASSISTANT = "classifier.example.com", "assistant.example.com"
BACKENDS = {"classifier-1": "classifier/classifier", "chat-1": "assistant/chat", "chat-2": "assistant/chat"}


def on_loopback(body: Body, gateway: Gateway) -> Body:
    """The object as a laptop can serve it."""
    if body["kind"] == "Gateway":
        for server in body["spec"]["servers"]:
            server["bind"] = LOOPBACK
            server["port"]["number"] = {80: gateway.plain, 443: gateway.secure}[server["port"]["number"]]
    if body["kind"] == "DestinationRule":
        body["spec"]["trafficPolicy"]["tls"] = {"mode": "DISABLE"}
    return body


def start_backend(mesh: Mesh, name: str, workload: str) -> int:
    """A process that istiod takes for one more replica of a workload."""
    (port,) = free_ports(1)
    mesh.run(name, [sys.executable, str(ROOT / "tests" / "e2e" / "mesh_backend.py"), str(port), name])
    mesh.await_url(name, f"http://{LOOPBACK}:{port}/arrivals/none")
    app, _, workload_name = workload.partition("/")
    spec = {"address": LOOPBACK, "labels": {"app.kubernetes.io/name": workload_name}, "ports": {"http": port}}
    about = {"name": name, "namespace": app}
    mesh.api.apply({"apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntry", "metadata": about, "spec": spec})
    return port


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with open_mesh("mesh") as found:
        yield found


@pytest.fixture(scope="module")
def backends(mesh: Mesh) -> dict[str, int]:
    """Ports of the backends by name."""
    for body in rendered("platform"):
        if body["kind"] != "Gateway":  # its ports are not known yet
            mesh.api.apply(body)
    return {name: start_backend(mesh, name, workload) for name, workload in BACKENDS.items()}


@pytest.fixture(scope="module")
def gateway(mesh: Mesh, backends: dict[str, int]) -> Gateway:
    """The gateway, once it serves both hosts."""
    assert backends
    found = start_gateway(mesh, make_certificates(CLASSIFIER, ASSISTANT))
    for body in rendered("platform", "apps/classifier", "apps/assistant"):
        mesh.api.apply(on_loopback(body, found))

    def serves() -> None:
        for host in (CLASSIFIER, ASSISTANT):
            try:
                status = found.ask(host).status
            except OSError as error:
                raise NotYet(f"{host}: {error}") from error
            if status != 200:
                raise NotYet(f"{host}: {status}")

    wait_for("the gateway", serves, within_s=40)
    return found


@pytest.fixture(scope="module", autouse=True)
def late(gateway: Gateway) -> Iterator[Future[tuple[Answer, float]]]:
    """A request that nobody answers, and how long it took: asked first, so that others need not wait for it."""

    def ask() -> tuple[Answer, float]:
        began = monotonic()
        return gateway.ask(CLASSIFIER, headers={"x-wish": "slow", "x-trial": "slow"}), monotonic() - began

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(ask)


def arrivals(port: int, trial: str) -> int:
    """How often a request reached a backend, by its own words."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", f"/arrivals/{trial}")
        return int(json.loads(connection.getresponse().read())["arrivals"])
    finally:
        connection.close()


def test_https_of_the_classifier_arrives_at_its_backend(gateway: Gateway) -> None:
    answer = gateway.ask(CLASSIFIER, "/v1/classify?top=3")
    expected = {"backend": "classifier-1", "host": CLASSIFIER, "path": "/v1/classify?top=3"}
    assert (answer.status, answer.said) == (200, expected)


def test_each_host_has_its_own_backends(gateway: Gateway) -> None:
    assert {gateway.ask(ASSISTANT).said["backend"] for _ in range(20)} == {"chat-1", "chat-2"}


def test_plain_http_is_sent_to_https(gateway: Gateway) -> None:
    answer = gateway.ask(CLASSIFIER, "/a?b=c", plain=True)
    assert (answer.status, answer.headers["location"]) == (301, f"https://{CLASSIFIER}/a?b=c")


def test_a_host_that_no_app_has_asked_for_gets_404(gateway: Gateway) -> None:
    assert gateway.ask("nobody.example.com", plain=True).status == 404


def test_a_host_of_another_app_is_served_on_a_connection_for_the_first(gateway: Gateway) -> None:
    """One certificate has both hosts, so browsers use one connection for both: two Gateways would answer 404."""
    assert gateway.ask(CLASSIFIER, headers={"host": ASSISTANT}).said["backend"].startswith("chat-")


@pytest.mark.parametrize(
    ("wish", "status", "count"),
    [("reset 200", 200, 2), ("reset reset 200", 200, 3), ("reset", 503, 3), ("503 200", 503, 1), ("500 200", 500, 1)],
)
def test_a_lost_connection_is_tried_again_twice_and_an_error_of_the_program_never(
    gateway: Gateway, backends: dict[str, int], wish: str, status: int, count: int
) -> None:
    trial = uuid.uuid4().hex
    answer = gateway.ask(CLASSIFIER, headers={"x-wish": wish, "x-trial": trial})
    assert (answer.status, arrivals(backends["classifier-1"], trial)) == (status, count)


def test_a_replica_that_keeps_failing_gets_no_more_requests_after_five(gateway: Gateway) -> None:
    def ask() -> int:
        return gateway.ask(ASSISTANT, headers={"x-wish-chat-2": "503"}).status

    answers: list[int] = []
    while answers.count(503) < 5:  # which of both replicas is asked is chance
        assert len(answers) < 200, "it is asked no more, before it has failed five times"
        answers.append(ask())
    later = [ask() for _ in range(23)]  # another thread of Envoy takes it out: what it asks meanwhile may still fail
    assert set(later[3:]) == {200}


def test_nothing_listens_beyond_loopback(mesh: Mesh, gateway: Gateway) -> None:
    assert gateway
    assert mesh.listening() == {LOOPBACK}


def test_a_request_that_nobody_answers_gets_504_after_the_apps_timeout(
    late: Future[tuple[Answer, float]],
) -> None:
    answer, took_s = late.result()
    assert (answer.status, round(took_s)) == (504, 30)
