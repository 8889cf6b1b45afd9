"""A lab with istiod on its API server, and what dist/ holds of an app; no Flux, no nodes: nothing undoes a change.

Without nodes every pod stays Pending, so that the only endpoints are the backends that a test gives.
"""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.e2e.scene import ROOT, YARD

from bayplan.complaint import BadInput
from bayplan.lab.certificate import Certificates, make_certificates
from bayplan.lab.lab import Lab, close, remove, start_lab
from bayplan.lab.parts import find_parts
from bayplan.lab.port import LOOPBACK, free_ports
from bayplan.lab.process import end, start
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read
from bayplan.spec.load import load_clusters

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bayplan.lab.api import Api, Body

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok", "pilot-discovery")
INGRESS, GATEWAY = "istio-ingress", "istio-ingressgateway"
"""Namespace and service account of the gateway, as the rendered AuthorizationPolicies name them."""
IDENTITY = f"spiffe://cluster.local/ns/{INGRESS}/sa/{GATEWAY}"
MESH = {
    "enablePrometheusMerge": False,
    "enableAutoMtls": False,
    "defaultProviders": {},
    "accessLogFile": "/dev/stdout",
}
STOCK = {
    # what only the Envoy that Istio builds itself knows
    "PILOT_ENABLE_TELEMETRY_LABEL": "false",
    "PILOT_ENABLE_METADATA_EXCHANGE": "false",
    "PILOT_ENABLE_ALPN_FILTER": "false",
    "ENABLE_CA_SERVER": "false",
    "POD_NAMESPACE": "istio-system",
    "CLUSTER_ID": "Kubernetes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """A lab with a mesh, and the processes that were started beside it."""

    lab: Lab
    certificates: Certificates
    """Of istiod, and of the gateway as a client of istiod."""
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def api(self) -> Api:
        return self.lab.api

    @property
    def path(self) -> Path:
        return self.lab.layout.path

    def run(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str] | None = None,
        *,
        folder: Path | None = None,
        signal_at_end: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Start a program that ends with the mesh."""
        self.processes[name] = start(
            command,
            log=self.lab.layout.log(name),
            environment={**os.environ, **(environment or {})},
            folder=folder or self.path,
            signal_at_end=signal_at_end,
        )

    def running(self) -> list[psutil.Process]:
        """These programs, and those that they have started."""
        found = [psutil.Process(one.pid) for one in self.processes.values() if one.poll() is None]
        return [*found, *(child for one in found for child in one.children(recursive=True))]

    def await_url(self, name: str, url: str, *, within_s: float = 30) -> None:
        """Wait until a program that was started answers; an error with its last words where it has ended."""

        def answers() -> None:
            log = self.lab.layout.log(name).read_text(errors="replace")[-1500:]
            assert self.processes[name].poll() is None, f"{name} has ended: {log}"
            try:
                urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - on loopback
            except (urllib.error.URLError, OSError) as error:
                raise NotYet(str(error)) from error

        wait_for(f"{name} to serve", answers, within_s=within_s)

    def listening(self) -> set[str]:
        """Addresses on which these programs listen."""
        sockets = [one for process in self.running() for one in process.net_connections("tcp")]
        return {one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN}


@contextmanager
def open_mesh(
    purpose: str, *, injector: Path | None = None, environment: dict[str, str] | None = None
) -> Iterator[Mesh]:
    """A lab of the cluster `lab` with istiod ready; `injector` is a folder with the sidecar injector's files."""
    cluster = {one.name: one for one in load_clusters(YARD)}["lab"]
    try:
        for name in PROGRAMS:
            find_parts(ROOT).binary(name)
    except BadInput as bad:
        pytest.skip(str(bad))
    lab = start_lab(YARD, cluster, f"e2e-{purpose}-{os.getpid()}", lambda *_: None)
    names = ("discovery", "http", "https", "monitoring", "grpc", "ctrlz")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    mesh = Mesh(lab=lab, certificates=make_certificates(IDENTITY), ports=ports)
    try:
        _start_istiod(mesh, injector, {**STOCK, **(environment or {})})
        yield mesh
    finally:
        end(mesh.running(), grace_s=3)
        for process in mesh.processes.values():
            process.wait()
        close(lab)
        remove(lab.layout.path)


def rendered(*folders: str) -> list[Body]:
    """Objects of folders below dist/lab, as Flux would apply them."""
    files = [file for folder in folders for file in sorted((YARD / "dist" / "lab").glob(f"{folder}/*.yaml"))]
    bodies = [one.body for file in files for one in read(file.read_bytes(), file=str(file))]
    wanted = [body for body in bodies if not body["apiVersion"].startswith("kustomize.config")]
    return sorted(wanted, key=lambda body: (body["kind"] != "Namespace", body["kind"] != "ServiceAccount"))


def _start_istiod(mesh: Mesh, injector: Path | None, environment: dict[str, str]) -> None:
    for name in ("istio-system", INGRESS):
        mesh.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    config = {"name": "istio", "namespace": "istio-system"}
    mesh.api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": config, "data": {"mesh": write(MESH)}})
    made = mesh.certificates
    for file, text in {"ca": made.authority, "certificate": made.certificate, "key": made.key}.items():
        (mesh.path / f"istio-{file}.pem").write_text(text)
    flags = {
        "kubeconfig": mesh.lab.layout.kubeconfig,
        "httpAddr": f"{LOOPBACK}:{mesh.ports['http']}",
        "httpsAddr": f"{LOOPBACK}:{mesh.ports['https']}",
        "grpcAddr": f"{LOOPBACK}:{mesh.ports['grpc']}",
        "secureGRPCAddr": f"{LOOPBACK}:{mesh.ports['discovery']}",
        "monitoringAddr": f"{LOOPBACK}:{mesh.ports['monitoring']}",
        "ctrlz_address": LOOPBACK,
        "ctrlz_port": mesh.ports["ctrlz"],
        "caCertFile": mesh.path / "istio-ca.pem",
        "tlsCertFile": mesh.path / "istio-certificate.pem",
        "tlsKeyFile": mesh.path / "istio-key.pem",
    }
    program = str(find_parts(ROOT).binary("pilot-discovery"))
    if injector:
        (mesh.path / "var/lib/istio").mkdir(parents=True)
        (mesh.path / "var/lib/istio/inject").symlink_to(injector)
    mesh.run("istiod", [program, "discovery", *(f"--{name}={value}" for name, value in flags.items())], environment)
    mesh.await_url("istiod", f"http://{LOOPBACK}:{mesh.ports['http']}/ready")
