"""External Secrets in a lab: its controllers, and the cluster's store, played by the lab's own server (outside.py).

It knows one kind of store, which asks over HTTP (tools/external-secrets). Every secret is there, with a value that says
what was asked for.
Source: <https://external-secrets.io/latest/provider/webhook/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.operators.operator import Operator
from bayplan.lab.outside import SECRETS
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.lab.api import Api
    from bayplan.lab.layout import Layout
    from bayplan.lab.operators.operator import Place
    from bayplan.spec.cluster import Cluster

CONTROLLER = "external-secrets"


def _flags(place: Place) -> tuple[str, ...]:
    return (
        f"--live-addr={LOOPBACK}:{place.health}",
        "--metrics-addr=0",
        "--concurrent=5",
        "--client-qps=500",
        "--client-burst=1000",
        # a store is asked again whether it answers
        "--store-requeue-interval=30s",
    )


EXTERNAL_SECRETS = Operator(
    controller=CONTROLLER, binary="external-secrets", flags=_flags, installs=False, ready="healthz"
)


def add_stores(api: Api, layout: Layout, cluster: Cluster, apps: Iterable[str]) -> None:
    """The store that the cluster names, where somebody asks it: one for all, or one for each of these apps."""
    source = cluster.secrets
    if not source.store or CONTROLLER not in layout.operators:
        return
    asked = f"http://{LOOPBACK}:{layout.ports['outside']}{SECRETS}"
    webhook = {
        "url": f"{asked}?key={{{{.remoteRef.key}}}}&property={{{{.remoteRef.property}}}}",
        "result": {"jsonPath": "$.value"},
    }
    store = {
        "apiVersion": "external-secrets.io/v1",
        "kind": source.kind,
        "metadata": {"name": source.store},
        "spec": {"provider": {"webhook": webhook}},
    }
    if source.kind == "ClusterSecretStore":
        api.apply(store)
        return
    for name in sorted(apps):
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        api.apply({**store, "metadata": {"name": source.store, "namespace": name}})
