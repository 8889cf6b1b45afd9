"""An API that another process than the API server answers, as metrics-server and KEDA register theirs.

Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.lab.api import Api


def aggregate(api: Api, group: str, *, service: tuple[str, str], port: int, authority: str) -> None:
    """Have the API server pass what concerns a group (`v1beta1`) on to a port of this machine.

    `service` is the namespace, which is there, and the name that its certificate knows; `authority` has signed it.
    """
    namespace, name = service
    api.apply(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        }
    )
    api.apply(
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"v1beta1.{group}"},
            "spec": {
                "group": group,
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "caBundle": authority,
                "service": {"name": name, "namespace": namespace, "port": port},
            },
        }
    )
