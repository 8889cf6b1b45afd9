"""How busy the pods of a lab are, as metrics-server would say: `python -m bayplan.lab.metrics <folder> <port>`.

A simulated pod uses nothing, so the lab's user says how busy a workload is: `load.json` in the lab's folder holds the
thousandths of a core that all pods of a workload use together, by `namespace/app.kubernetes.io-name`. The autoscaler
that reads this, and everything that follows from it, is the real one
(https://github.com/kubernetes/metrics, metrics.k8s.io/v1beta1).
"""

from __future__ import annotations

import datetime
import json
import ssl
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

from bayplan.lab.answers import Answers
from bayplan.lab.api import Api, Body
from bayplan.lab.layout import read
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from bayplan.lab.layout import Layout

VERSION = "metrics.k8s.io/v1beta1"
NAME_LABEL = "app.kubernetes.io/name"
RESOURCE = {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": ["get", "list"]}


class Handler(Answers):
    """One question of the API server."""

    layout: ClassVar[Layout]

    def respond(self, asked: SplitResult) -> None:
        """Discovery, or the pods of a namespace."""
        match asked.path.strip("/").split("/"):
            case ["readyz"]:
                self.answer({})
            case ["apis", "metrics.k8s.io", "v1beta1"]:
                about = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": VERSION}
                self.answer({**about, "resources": [RESOURCE]})
            case ["apis", "metrics.k8s.io", "v1beta1", "namespaces", namespace, "pods"]:
                selector = parse_qs(asked.query).get("labelSelector", [""])[0]
                items = usage(self.layout, namespace, selector)
                self.answer({"kind": "PodMetricsList", "apiVersion": VERSION, "metadata": {}, "items": items})
            case _:
                self.send_error(404)


def usage(layout: Layout, namespace: str, selector: str) -> list[Body]:
    """What the running pods of a selector use: each its even share of the workload's load."""
    api = Api(layout.kubeconfig)
    pods = [pod for pod in api.list("v1", "Pod", namespace, labels=selector) if pod["status"].get("phase") == "Running"]
    loads = read_loads(layout)
    names = [pod["metadata"].get("labels", {}).get(NAME_LABEL, "") for pod in pods]
    return [
        _metrics(pod, loads.get(f"{namespace}/{name}", 0) // names.count(name))
        for pod, name in zip(pods, names, strict=True)
    ]


def read_loads(layout: Layout) -> dict[str, int]:
    """Thousandths of a core by `namespace/name`; what is not said is idle."""
    file = layout.path / "load.json"
    found: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return found


def _metrics(pod: Body, cpu_millicores: int) -> Body:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    containers = pod["spec"]["containers"]
    share = {"cpu": f"{cpu_millicores // len(containers)}m", "memory": "16Mi"}
    about = {name: pod["metadata"][name] for name in ("name", "namespace", "labels") if name in pod["metadata"]}
    return {
        "kind": "PodMetrics",
        "apiVersion": VERSION,
        "metadata": {**about, "creationTimestamp": now},
        "timestamp": now,
        "window": "10s",
        "containers": [{"name": one["name"], "usage": share} for one in containers],
    }


def main(folder: str, port: str) -> None:
    """Serve until ended."""
    layout = read(Path(folder))
    if layout is None:
        raise SystemExit(f"{folder} is no lab")
    Handler.layout = layout
    server = ThreadingHTTPServer((LOOPBACK, int(port)), Handler)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(layout.path / "tls.pem", layout.path / "tls-key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
