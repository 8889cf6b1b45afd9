"""How Flux keeps one folder and the cluster the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.flux.source import NAME as SOURCE
from bayplan.render.flux.source import NAMESPACE
from bayplan.render.labels import MANAGED
from bayplan.render.platform.namespace import KEEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body

LEAST_TIMEOUT_SECONDS = 300


class Kustomization(ApiObject):
    """Applies a folder, removes what left it, and is ready when everything in it is.

    One that holds itself and other Kustomizations (`keep`) waits for none of them: each reports for itself, and one
    broken app would make the whole delivery look broken, and hold up the next commit until the timeout (seen on the
    real controller: tests/e2e/test_failures.py).
    Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        name: str,
        path: str,
        depends_on: Sequence[str] = (),
        timeout_seconds: int = LEAST_TIMEOUT_SECONDS,
        health_checks: Sequence[Body] = (),
        waits_for: Sequence[Body] | None = None,
        decryption: Body | None = None,
        keep: bool = False,
        origin: str = "",
    ) -> None:
        """`path` is below the repository's root. With `keep`, it is never pruned, and deleting it deletes nothing.

        `decryption` is how Flux opens what is encrypted in it. `waits_for` are the only objects that it waits for; None
        for all of them.
        """
        metadata = {"name": name, "namespace": NAMESPACE, "labels": MANAGED, "annotations": KEEP if keep else None}
        body = {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": metadata,
            "spec": {
                "sourceRef": {"kind": "GitRepository", "name": SOURCE},
                "path": f"./{path}",
                "dependsOn": [{"name": other} for other in sorted(depends_on)] or None,
                "interval": "30m0s",
                "retryInterval": "2m0s",
                "timeout": go_duration(max(timeout_seconds, LEAST_TIMEOUT_SECONDS)),
                "decryption": decryption,
                "prune": True,
                "wait": not keep and waits_for is None,
                "healthChecks": list(waits_for or ()) or None,
                "healthCheckExprs": list(health_checks) or None,
                "deletionPolicy": "Orphan" if keep else "Delete",
            },
        }
        super().__init__(scope, id or name, body=body, origin=origin)


def go_duration(seconds: int) -> str:
    """A duration as Go writes it, so that no controller writes it differently: `1h5m0s`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    parts = [(hours, "h"), (minute, "m"), (second, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return "".join(f"{amount}{unit}" for amount, unit in parts)
