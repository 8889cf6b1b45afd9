"""A rule of a role is one that the API server refuses.

Each rule has verbs, and either resources with their groups or paths that are no resources; a Role, which lives in a
namespace, has no such paths. The whole role is refused, and Flux stops with all that is applied with it. Add what is
missing: the group of core resources is written `""`.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mappings_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: chat, namespace: chat}
rules: [{resources: [configmaps], verbs: [get]}]
"""
GOOD = BAD.replace("resources: ", 'apiGroups: [""], resources: ')
GROUP = "rbac.authorization.k8s.io"


@rule(
    "RBC004",
    severity=Severity.SYNC,
    rows=("R1",),
    kinds=(f"ClusterRole.{GROUP}", f"Role.{GROUP}"),
    fix='say verbs, resources and apiGroups ("" for core resources)',
)
def role_is_refused(role: Manifest, _: World) -> Iterator[Hit]:
    """Judge every rule."""
    for index, one in mappings_at(role.body, "rules"):
        for message in wrong_in(one, role):
            yield Hit(f"/rules/{index}", message)


def wrong_in(one: dict[str, Any], role: Manifest) -> Iterator[str]:
    """What is wrong with one rule."""
    if one.get("verbs") == []:
        yield "has no verbs"  # without the field it breaks the schema
    if one.get("nonResourceURLs"):
        if role.ref.kind == "Role":
            yield "is about paths that are no resources: only a ClusterRole can be"
        if one.get("resources") or one.get("apiGroups") or one.get("resourceNames"):
            yield "is about resources and about paths: one rule for each"
        return
    if not one.get("apiGroups"):
        yield 'has no apiGroups: that of core resources is ""'
    if not one.get("resources"):
        yield "has no resources"
