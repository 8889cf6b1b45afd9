"""Whether Flux has done what was pushed: asking it to look, and waiting for every Kustomization."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bayplan.lab.flux import NAMESPACE
from bayplan.lab.furnish import condition
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from bayplan.lab.api import Api, Body

KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1"
SOURCE = "source.toolkit.fluxcd.io/v1"
REQUESTED = "reconcile.fluxcd.io/requestedAt"


def request(api: Api, version: str, kind: str, name: str) -> str:
    """Ask Flux to reconcile an object now, as `flux reconcile` does; returns the token of the request."""
    token = str(time.time_ns())
    api.patch(version, kind, name, NAMESPACE, {"metadata": {"annotations": {REQUESTED: token}}})
    return token


def reconcile_again(api: Api, *, within_s: float = 60) -> None:
    """Have every Kustomization apply its revision once more, and wait until all have."""
    tokens = {one["metadata"]["name"]: "" for one in kustomizations(api)}
    for name in tokens:
        tokens[name] = request(api, KUSTOMIZE, "Kustomization", name)

    def handled() -> None:
        for one in kustomizations(api):
            name, seen = one["metadata"]["name"], one["status"].get("lastHandledReconcileAt", "")
            if seen != tokens.get(name, seen) or not is_settled(one):
                raise NotYet(describe(one))

    wait_for("every Kustomization to apply once more", handled, within_s=within_s)


def fetch(api: Api, commit: str, *, within_s: float = 30) -> None:
    """Have Flux fetch, and wait until it has this commit."""
    for source in api.list(SOURCE, "GitRepository", NAMESPACE):
        request(api, SOURCE, "GitRepository", source["metadata"]["name"])

    def fetched() -> None:
        for source in api.list(SOURCE, "GitRepository", NAMESPACE):
            revision = ((source.get("status") or {}).get("artifact") or {}).get("revision", "nothing")
            if not revision.endswith(commit):
                raise NotYet(f"GitRepository {source['metadata']['name']} has {revision}: {why(source)}")

    wait_for(f"Flux to fetch {commit[:12]}", fetched, within_s=within_s)


def await_ready(api: Api, commit: str, *, within_s: float, only: tuple[str, ...] = ()) -> None:
    """Wait until every Kustomization (or `only` these) is Ready with this commit applied."""

    def ready() -> None:
        found = [one for one in kustomizations(api) if not only or one["metadata"]["name"] in only]
        late = [one for one in found if not is_ready_at(one, commit)]
        if late or not found or {one["metadata"]["name"] for one in found} < set(only):
            raise NotYet("; ".join(map(describe, late)) or f"{len(found)} Kustomizations")

    wait_for(f"Flux to apply {commit[:12]}", ready, within_s=within_s)


def kustomizations(api: Api) -> list[Body]:
    """All of Flux's Kustomizations, by name."""
    return api.list(KUSTOMIZE, "Kustomization", NAMESPACE)


def is_ready_at(one: Body, commit: str) -> bool:
    """Whether a Kustomization is Ready, with this commit applied and its newest specification observed."""
    applied = str(one.get("status", {}).get("lastAppliedRevision", ""))
    return is_settled(one) and condition(one, "Ready") == "True" and applied.endswith(commit)


def is_settled(one: Body) -> bool:
    """Whether what is known of an object is about its newest specification and no work is going on."""
    status = one.get("status", {})
    fresh = status.get("observedGeneration") == one["metadata"]["generation"]
    return fresh and condition(one, "Reconciling") != "True" and bool(condition(one, "Ready"))


def describe(one: Body) -> str:
    """One line for people: which, whether ready, why not."""
    return f"{one['metadata']['name']}: Ready={condition(one, 'Ready') or 'unknown'} {why(one)}".rstrip()


def why(one: Body) -> str:
    """Message of the Ready condition."""
    conditions = (one.get("status") or {}).get("conditions") or ()
    return next((str(found.get("message", "")) for found in conditions if found["type"] == "Ready"), "")
