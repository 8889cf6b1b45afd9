"""The namespace of an app, closed by default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import app_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.external import External

KEEP = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
"""For what Flux must never delete, since it holds data or keeps Flux itself going: https://fluxcd.io/flux/components/kustomize/kustomizations/#prune"""


class Namespace(Part):
    """A namespace in which nothing may run with rights, nobody may talk to anybody, and all talk is encrypted.

    Pods are held to the restricted level, the mesh's proxies with them: that needs Istio's CNI plug-in on the cluster,
    since without it every pod gets an init container with NET_ADMIN, which this level refuses.
    Source: <https://istio.io/latest/docs/setup/additional-setup/pod-security-admission/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        site: Site,
        kubernetes: str,
        origin: str = "",
        externals: Sequence[External] = (),
    ) -> None:
        """`kubernetes` is the minor version whose rules of the restricted level hold (`1.37`).

        `externals` are what the app needs and others make: they are written on the Namespace, where checks see them.
        """
        super().__init__(scope, id or site.app, bodies=_objects(site, kubernetes, externals), origin=origin)


def _objects(site: Site, kubernetes: str, externals: Sequence[External]) -> Iterator[Body]:
    labels = app_labels(site.app, site.team)
    metadata = {
        "name": site.app,
        "labels": labels | levels(kubernetes) | _injection(site),
        "annotations": KEEP | _declared(externals),
    }
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    # names with a dot, so that no workload's objects can have them; and with the app's name, so that the files of all
    # namespaces lie side by side in the platform's folder
    inside = {"namespace": site.app, "labels": labels}
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"{site.app}.deny-all", **inside},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    if site.mesh:
        yield {
            "apiVersion": "security.istio.io/v1",
            "kind": "PeerAuthentication",
            "metadata": {"name": f"{site.app}.strict", **inside},
            "spec": {"mtls": {"mode": "STRICT"}},
        }


def levels(kubernetes: str) -> dict[str, str]:
    """The labels that hold the pods of a namespace to the restricted level, as a minor version of Kubernetes has it."""
    modes = ("audit", "enforce", "warn")
    levels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in modes}
    # pinned, so that an upgrade of the cluster does not refuse pods overnight
    return levels | {f"pod-security.kubernetes.io/{mode}-version": f"v{kubernetes}" for mode in modes}


def _injection(site: Site) -> dict[str, str]:
    return {"istio-injection": "enabled"} if site.mesh else {}


def _declared(externals: Sequence[External]) -> dict[str, str]:
    """The annotation that `bayplan check` reads."""
    said = [one.model_dump(exclude_defaults=True, mode="json") for one in externals]
    return {"bayplan.dev/externals": json.dumps(said, sort_keys=True)} if said else {}
