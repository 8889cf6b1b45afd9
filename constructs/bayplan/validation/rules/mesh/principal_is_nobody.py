"""An AuthorizationPolicy names a principal that nobody has.

Callers are recognised by their service account: `cluster.local/ns/<namespace>/sa/<account>`, without `spiffe://`. An
account that is not there calls nobody, so the rule lets nobody in (or keeps nobody out). Name the account that the
caller's pods run as.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    words_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import AUTHORIZATION
from bayplan.validation.mesh.sources import is_account, sources_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: istio-system}
spec:
  rules: [{from: [{source: {principals: [cluster.local/ns/chat/sa/webb]}}]}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: chat}
"""
GOOD = BAD.replace("webb", "web")

NOBODY = "is no principal: those look like cluster.local/ns/<namespace>/sa/<account>"


@rule(
    "MSH029",
    severity=Severity.DOWN,
    rows=("I5",),
    kinds=(AUTHORIZATION,),
    fix="name the service account that the caller's pods run as",
)
def principal_is_nobody(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look up the service account of every principal that is written out."""
    for where, source in sources_of(policy):
        for key in ("principals", "notPrincipals"):
            for index, name in enumerate(words_at(source, key)):
                yield from judge_principal(name, f"{where}/{key}/{index}", world)
        for key in ("serviceAccounts", "notServiceAccounts"):
            for index, name in enumerate(words_at(source, key)):
                place, _, account = name.rpartition("/")
                if not is_variable(name):
                    yield from missing(place or policy.ref.namespace, account, f"{where}/{key}/{index}", world)


def judge_principal(name: str, where: str, world: World) -> Iterator[Hit]:
    """One principal; wildcards may mean anything that has their form."""
    if is_variable(name):
        return
    parts = name.split("/")
    if name.startswith("spiffe://"):
        yield Hit(where, f"{name} begins with spiffe://, which principals of a policy do not")
    elif "*" in name:
        if "*" in name[1:-1]:
            yield Hit(where, f"{name} has * in the middle, where it is no wildcard")
    elif len(parts) != 5 or (parts[1], parts[3]) != ("ns", "sa"):
        yield Hit(where, f"{name} {NOBODY}")
    elif parts[0] == "cluster.local":
        yield from missing(parts[2], parts[4], where, world)


def missing(namespace: str, account: str, where: str, world: World) -> Iterator[Hit]:
    """An account that nobody makes."""
    if is_account(namespace, account, world):
        return
    lack = world.lack("ServiceAccount", namespace, account)
    if lack is not None:
        told = f"is for ServiceAccount {namespace}/{account}, which is not there{lack.doubt}"
        yield Hit(where, told, lack.status)
