"""Proxies with an identity: pilot-agent gets the certificates of a service account from istiod, and starts Envoy."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from tests.e2e.mesh_gateway import bootstrap, envoy
from tests.e2e.scene import ROOT

from bayplan.complaint import BadInput
from bayplan.lab.furnish import kubectl
from bayplan.lab.parts import find_parts
from bayplan.lab.port import LOOPBACK, free_ports

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.mesh import Mesh

    from bayplan.lab.api import Body

PACKAGE = "istio.io/istio/pilot/cmd/pilot-agent"
FOLDERS = (
    "certificates",
    "etc/istio/pod",
    "etc/istio/proxy",
    "var/lib/istio/data",
    "var/run/secrets/tokens",
    "var/run/secrets/workload-spiffe-uds",
)


def check_agent() -> None:
    """Skip where there is no pilot-agent: it is not among the pinned tools so far."""
    try:
        find_parts(ROOT).binary("pilot-agent")
    except BadInput as bad:
        pytest.skip(f"{bad}\nIt needs the line `tool {PACKAGE}` in tools/istio/go.mod.")


def start_proxy(mesh: Mesh, kind: str, account: tuple[str, str], labels: Body, **metadata: str) -> Path:
    """Start a `router` or a `sidecar` as (namespace, service account); returns the folder of its certificates."""
    namespace, name = account
    home = mesh.path / name
    for folder in FOLDERS:
        (home / folder).mkdir(parents=True)
    token = kubectl(mesh.lab, "create", "token", name, "--namespace", namespace, "--audience=istio-ca")
    (home / "var/run/secrets/tokens/istio-token").write_text(token.strip())
    # its status server would listen on every address, and as an option of its own 0 is refused
    (home / "etc/istio/pod/annotations").write_text('status.sidecar.istio.io/port="0"\n')
    (admin,) = free_ports(1)
    known = {"NAMESPACE": namespace, "SERVICE_ACCOUNT": name, "LABELS": labels, **metadata}
    (home / "envoy.json").write_text(json.dumps(_bootstrap(mesh, admin, kind, known)))
    config = {
        "discoveryAddress": f"{LOOPBACK}:{mesh.ports['discovery']}",
        "configPath": "./etc/istio/proxy",
        "binaryPath": envoy(),
        "customConfigFile": str(home / "envoy.json"),
        "proxyAdminPort": admin,
        "concurrency": 1,
    }
    environment = {
        "PROXY_CONFIG": json.dumps(config),
        "XDS_ROOT_CA": str(mesh.path / "istio-ca.pem"),
        "CA_ROOT_CA": str(mesh.path / "istio-ca.pem"),
        "ISTIOD_SAN": "localhost",
        "POD_NAME": name,
        "POD_NAMESPACE": namespace,
        "INSTANCE_IP": LOOPBACK,
        "SERVICE_ACCOUNT": name,
        "ISTIO_META_CLUSTER_ID": "Kubernetes",
        "OUTPUT_CERTS": str(home / "certificates"),
    }
    command = [str(find_parts(ROOT).binary("pilot-agent")), "proxy", kind]
    # asked to end, not killed: it ends its Envoy
    mesh.run(name, command, environment, folder=home, signal_at_end=signal.SIGTERM)
    return home / "certificates"


def start_backend(mesh: Mesh, name: str) -> int:
    """A program behind a sidecar; its port."""
    (port,) = free_ports(1)
    mesh.run(name, [sys.executable, str(ROOT / "tests" / "e2e" / "mesh_backend.py"), str(port), name])
    mesh.await_url(name, f"http://{LOOPBACK}:{port}/arrivals/none")
    return port


def _bootstrap(mesh: Mesh, admin: int, kind: str, known: Body) -> Body:
    """As the gateway's, but istiod is reached through the agent, which also hands out certificates."""
    made = bootstrap(mesh, admin)
    (istiod,) = made["static_resources"]["clusters"]
    sockets = {"xds-grpc": "./etc/istio/proxy/XDS", "sds-grpc": "./var/run/secrets/workload-spiffe-uds/socket"}
    made["static_resources"]["clusters"] = [
        {
            "name": name,
            "type": "STATIC",
            "typed_extension_protocol_options": istiod["typed_extension_protocol_options"],
            "load_assignment": {
                "cluster_name": name,
                "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"pipe": {"path": path}}}}]}],
            },
        }
        for name, path in sockets.items()
    ]
    made["dynamic_resources"]["ads_config"]["grpc_services"] = [{"envoy_grpc": {"cluster_name": "xds-grpc"}}]
    namespace, account = known["NAMESPACE"], known["SERVICE_ACCOUNT"]
    made["node"]["id"] = f"{kind}~{LOOPBACK}~{account}.{namespace}~{namespace}.svc.cluster.local"
    made["node"]["metadata"] |= known
    return made
