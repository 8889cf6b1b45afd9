"""What an app needs besides its workloads: ways to services outside, and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.traits.external import External
from bayplan.render.traits.secrets import FetchedSecret, SealedSecret
from bayplan.spec.asked_secrets import asked_secrets, brought_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.render.api_object import Body, Folder
    from bayplan.render.site import Site
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.sealed import Sealed


def supply(folder: Folder, *, app: App, cluster: Cluster, site: Site, sealed: Sequence[Sealed]) -> None:
    """Put all of it into the folder of the app."""
    for external in app.externals:
        if external.address:
            External(folder, external=external, site=site, origin=app.origin)
    for secret in asked_secrets(app).values():
        bringer = brought_by(secret, app, cluster, sealed)
        if bringer == "store":
            FetchedSecret(folder, secret=secret, source=cluster.secrets, site=site, origin=app.origin)
        elif bringer is not None and not isinstance(bringer, str):
            SealedSecret(folder, sealed=bringer)


def decryption(cluster: Cluster, bodies: Iterable[Body]) -> Body | None:
    """How Flux opens what is sealed in a folder; None where nothing is."""
    if not any("sops" in body for body in bodies):
        return None
    return {"provider": "sops", "secretRef": {"name": cluster.secrets.keys} if cluster.secrets.keys else None}
