"""An AuthorizationPolicy names a namespace that is not there.

It is a name that was mistyped or has gone: callers from the namespace that was meant are refused, or are not kept out.
Name a namespace that there is.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    words_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.kinds import AUTHORIZATION
from bayplan.validation.mesh.sources import sources_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: chat}
spec:
  rules: [{from: [{source: {namespaces: [chatt]}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "MSH028",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=(AUTHORIZATION,),
    fix="name a namespace that there is",
)
def source_namespace_is_missing(policy: Manifest, world: World) -> Iterator[Hit]:
    """Look up every namespace, also those with a wildcard."""
    known = world.mesh.known_namespaces
    for where, source in sources_of(policy):
        for key in ("namespaces", "notNamespaces"):
            for index, name in enumerate(words_at(source, key)):
                if is_variable(name) or name in known or name == "*" or any(fits(name, one) for one in known):
                    continue
                plain = name.strip("*")
                lack = world.doubt("Namespace", "", "" if plain != name else name)
                status = lack.status if world.by_kind.get("Namespace") else Status.UNKNOWN
                doubt = lack.doubt or ("" if status is Status.BROKEN else ", but this tree declares no namespaces")
                yield Hit(f"{where}/{key}/{index}", f"names namespace {name}, which is not there{doubt}", status)


def fits(pattern: str, name: str) -> bool:
    """Whether a name is meant: exactly, or by a wildcard at one end."""
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
