"""KEDA in a lab: its operator, and a process that the API server asks: webhooks, and metrics for autoscalers.

What it asks in clear text goes to the lab's own server (outside.py), whatever its name: no name of a cluster's Service
is known to this machine. Other names stay unknown, and 127.0.0.1 is asked as it is.
Read in 2.21: cmd/operator/main.go, cmd/adapter/main.go, cmd/webhooks/main.go; tools/keda/server puts the last two
together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.aggregate import aggregate
from bayplan.lab.operators.operator import Operator
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.api import Api
    from bayplan.lab.layout import Layout
    from bayplan.lab.operators.operator import Place
    from bayplan.lab.parts import Parts

NAMESPACE, SERVICE = "keda", "keda-metrics-apiserver"
HOST = f"{SERVICE}.{NAMESPACE}.svc"
"""How the API server calls it."""
GROUP = "external.metrics.k8s.io"


def _operator(place: Place) -> tuple[str, ...]:
    return (
        f"--health-probe-bind-address={LOOPBACK}:{place.health}",
        # where the other process asks it; it has no webhooks of its own
        f"--metrics-service-bind-address={LOOPBACK}:{place.webhook}",
        f"--cert-dir={place.certificates}",
        f"--ca-dir={place.certificates}",
        "--enable-prometheus-metrics=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )


def _server(place: Place) -> tuple[str, ...]:
    return (
        f"--health={LOOPBACK}:{place.health}",
        f"--webhook-port={place.webhook}",
        f"--operator={LOOPBACK}:{place.ports['keda-webhook']}",
        f"--certificates={place.certificates}",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={place.ports['external-metrics']}",
        f"--tls-cert-file={place.certificates / 'tls.crt'}",
        f"--tls-private-key-file={place.certificates / 'tls.key'}",
        "--client-qps=500",
        "--client-burst=1000",
    )


def _surroundings(_: Place, layout: Layout, __: Parts) -> dict[str, str]:
    return {
        "HTTP_PROXY": f"http://{LOOPBACK}:{layout.ports['outside']}",
        "POD_NAMESPACE": NAMESPACE,
        "KEDA_CLUSTER_OBJECT_NAMESPACE": NAMESPACE,
        "WATCH_NAMESPACE": "",
    }


def _register(api: Api, layout: Layout, authority: str) -> None:
    aggregate(api, GROUP, service=(NAMESPACE, SERVICE), port=layout.ports["external-metrics"], authority=authority)


KEDA = (
    Operator(
        controller="keda",
        binary="keda",
        flags=_operator,
        environment=_surroundings,
        namespace=NAMESPACE,
        installs=False,
    ),
    Operator(
        controller="keda",
        name="keda-server",
        binary="keda-server",
        flags=_server,
        environment=_surroundings,
        namespace=NAMESPACE,
        once_up=_register,
    ),
)
