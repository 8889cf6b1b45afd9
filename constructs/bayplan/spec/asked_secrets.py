"""Which secrets an app asks for, and who brings them on a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from bayplan.spec.platform import runs_on
from bayplan.spec.sealed import strangers
from bayplan.spec.secret import REGISTRY, key_of, name_of, path_of
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.sealed import Sealed
    from bayplan.spec.source import Source

STORE = "external-secrets"
"""The controller that fetches secrets from a store."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One Secret, and all that is asked of it."""

    name: str
    path: str
    """The name under which it is kept."""
    keys: dict[str, str] = field(default_factory=dict)
    """Each key, and the place in the app's file that asks for it first."""


def asked_secrets(app: App) -> dict[str, Asked]:
    """By name of the Secret, sorted; autoscalers sign in with some of them."""
    found: dict[str, Asked] = {}
    for secret, at in sorted(_said(app)):
        one = found.setdefault(name_of(secret), Asked(name=name_of(secret), path=path_of(secret)))
        one.keys.setdefault(key_of(secret), at)
    return found


def _said(app: App) -> Iterator[tuple[str, str]]:
    """Each secret with the pointer to where it is named."""
    for number, workload in enumerate(app.workloads):
        for place, secret in workload.secrets.items():
            yield secret, f"/workloads/{number}/secrets/{place.replace('~', '~0').replace('/', '~1')}"
    if app.pull_secret:
        yield f"{app.pull_secret}#{REGISTRY}", "/pull_secret"
    used = {
        name for one in app.workloads if isinstance(one, Server) and one.autoscale for name in one.autoscale.sources
    }
    for number, external in enumerate(app.externals):
        for parameter, secret in external.login.items() if external.name in used else ():
            yield secret, f"/externals/{number}/login/{parameter}"


def brought_by(
    secret: Asked, app: App, cluster: Cluster, sealed: Sequence[Sealed]
) -> Literal["external", "store"] | Sealed | None:
    """Who brings a Secret on a cluster: somebody whom the app names, a file, or the store; None for nobody."""
    if any(one.kind == "Secret" and not one.address and fnmatchcase(secret.name, one.name) for one in app.externals):
        return "external"
    for one in sealed:
        if (one.cluster, one.app, one.name) == (cluster.name, app.name, secret.name):
            return one
    return "store" if STORE in cluster.controllers and cluster.secrets.store else None


def disagreements(apps: Apps, clusters: Clusters, sealed: Sequence[Sealed]) -> Iterator[Complaint]:
    """Secrets that nobody brings, keys that they do not have, and files for nobody."""
    yield from strangers(sealed, apps, clusters)
    for app, source in apps:
        yield from _one_name(app, source)
        here = [cluster for cluster, _ in clusters if runs_on(app, cluster)]
        for secret in asked_secrets(app).values():
            for cluster in here:
                yield from _lacking(secret, app, cluster, sealed, source)


def _one_name(app: App, source: Source) -> Iterator[Complaint]:
    """Two that are kept under different names would become one Secret."""
    paths: dict[str, str] = {}
    for secret, at in sorted(_said(app)):
        path = paths.setdefault(name_of(secret), path_of(secret))
        if path != path_of(secret):
            what = f"'{path}' and '{path_of(secret)}' would both be called {name_of(secret)} in the cluster"
            yield source.place(at).complain(what, "Keep them under names that differ in letters.")


def _lacking(
    secret: Asked, app: App, cluster: Cluster, sealed: Sequence[Sealed], source: Source
) -> Iterator[Complaint]:
    bringer = brought_by(secret, app, cluster, sealed)
    file = f"secrets/{cluster.name}/{app.name}/{secret.name}.yaml"
    if bringer is None:
        what = f"nobody brings the secret {secret.path} to cluster {cluster.name}"
        store = "" if STORE in cluster.controllers else f"{STORE} with "
        fix = (
            f"Encrypt it with SOPS as {file}; or let the cluster have {store}secrets: {{store: <name>}}; "
            f"or say who makes it: externals: [{{kind: Secret, name: {secret.name}, why: ...}}]."
        )
        yield source.place(next(iter(secret.keys.values()))).complain(what, fix)
    elif not isinstance(bringer, str):
        for key, at in secret.keys.items():
            if key not in bringer.keys:
                there = ", ".join(sorted(bringer.keys)) or "nothing"
                yield source.place(at).complain(f"{file} has no '{key}'", f"It has {there}.")
