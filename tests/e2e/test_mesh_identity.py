"""Who may speak to a workload is what its AuthorizationPolicy and PeerAuthentication say, with real mutual TLS.

istiod is the certificate authority, pilot-agent has each proxy's certificate signed, and a stock Envoy stands before
the backend as its sidecar. DestinationRule, AuthorizationPolicy and PeerAuthentication are as rendered, port 8080 too:
the replica has an address of its own, 127.77.0.1. Added: a Sidecar that says on which address it listens, in the place
of the iptables rules that would lead all traffic through it; changed: the Gateway's ports, as in test_mesh.py.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.e2e.mesh import GATEWAY, INGRESS, Mesh, open_mesh, rendered
from tests.e2e.mesh_agent import check_agent, start_backend, start_proxy
from tests.e2e.mesh_gateway import Gateway, prepare_gateway

from bayplan.lab.certificate import make_certificates
from bayplan.lab.port import LOOPBACK, free_ports
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bayplan.lab.api import Body

HOST, ADDRESS = "classifier.example.com", "127.77.0.1"
LABELS = {"app.kubernetes.io/name": "classifier"}
METADATA = {"name": "replica", "namespace": "classifier"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """All who speak here."""

    mesh: Mesh
    gateway: Gateway
    gateways_own: Path
    """Certificate and key of the gateway, whom the app lets in."""
    classifiers_own: Path
    """Those of the classifier, whom nobody has let in."""


@pytest.fixture(scope="module")
def parties() -> Iterator[Parties]:
    check_agent()
    with open_mesh("identity", environment={"ENABLE_CA_SERVER": "true"}) as mesh:
        shown, (plain, secure) = make_certificates(HOST), free_ports(2)
        prepare_gateway(mesh, shown)
        for body in (*rendered("platform", "apps/classifier"), *replica(start_backend(mesh, "classifier-1"))):
            if body["kind"] == "Gateway":
                for server in body["spec"]["servers"]:
                    server["bind"] = LOOPBACK
                    server["port"]["number"] = {80: plain, 443: secure}[server["port"]["number"]]
            mesh.api.apply(body)
        sidecar = start_proxy(mesh, "sidecar", ("classifier", "classifier"), LABELS, INTERCEPTION_MODE="NONE")
        router = start_proxy(mesh, "router", (INGRESS, GATEWAY), {"istio": "ingressgateway"})
        gateway = Gateway(plain=plain, secure=secure, authority=shown.authority)
        found = Parties(mesh=mesh, gateway=gateway, gateways_own=router, classifiers_own=sidecar)
        wait_for("both proxies", lambda: serves(found), within_s=40)
        yield found


def replica(port: int) -> list[Body]:
    """One more replica of the classifier, whose sidecar leads to a program on this port."""
    istio = {"apiVersion": "networking.istio.io/v1", "metadata": METADATA}
    entry = {"address": ADDRESS, "labels": LABELS, "ports": {"http": 8080}, "serviceAccount": "classifier"}
    way_in = {"port": {"number": 8080, "protocol": "HTTP", "name": "http"}, "bind": ADDRESS}
    sidecar = {
        "workloadSelector": {"labels": LABELS},
        "ingress": [{**way_in, "defaultEndpoint": f"{LOOPBACK}:{port}"}],
        "egress": [{"hosts": ["~/*"]}],
    }
    return [{**istio, "kind": "WorkloadEntry", "spec": entry}, {**istio, "kind": "Sidecar", "spec": sidecar}]


def serves(parties: Parties) -> None:
    """Raises NotYet until a request of the outside world has come through both proxies."""
    try:
        status = parties.gateway.ask(HOST).status
    except OSError as error:
        raise NotYet(str(error)) from error
    if status != 200 or not list(parties.classifiers_own.glob("*.pem")):
        raise NotYet(str(status))


def call(certificates: Path | None, *, plain: bool = False) -> int:
    """Speak to the replica itself, as its sidecar's neighbours would; the status."""
    connection = http.client.HTTPConnection(ADDRESS, 8080)
    raw = socket.create_connection((ADDRESS, 8080), timeout=5)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # it is the server that is tried here
    context.set_alpn_protocols(["istio-http/1.1", "istio", "http/1.1"])
    if certificates:
        context.load_cert_chain(certificates / "cert-chain.pem", certificates / "key.pem")
    try:
        connection.sock = raw if plain else context.wrap_socket(raw)
        connection.request("GET", "/", headers={"host": "classifier.classifier.svc.cluster.local"})
        return connection.getresponse().status
    finally:
        connection.close()
        raw.close()


def test_the_gateway_reaches_the_backend_over_mutual_tls(parties: Parties) -> None:
    assert parties.gateway.ask(HOST).said["backend"] == "classifier-1"


def test_whom_the_app_has_let_in_is_answered(parties: Parties) -> None:
    assert call(parties.gateways_own) == 200


def test_another_identity_of_the_mesh_is_refused(parties: Parties) -> None:
    assert call(parties.classifiers_own) == 403


@pytest.mark.parametrize("plain", [True, False], ids=["plain text", "no certificate"])
def test_who_shows_no_identity_gets_no_answer(parties: Parties, plain: bool) -> None:
    assert call(parties.gateways_own) == 200
    with pytest.raises(OSError, match=r"reset|EOF|alert"):
        call(None, plain=plain)


def test_nothing_of_it_listens_beyond_loopback(parties: Parties) -> None:
    assert parties.mesh.listening() == {LOOPBACK, ADDRESS}
