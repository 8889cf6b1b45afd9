"""A binding is one that the API server refuses.

A ClusterRoleBinding can only give a ClusterRole; an account needs its namespace there; users and groups belong to the
group `rbac.authorization.k8s.io`, accounts to none. Flux stops with everything that is applied with it. Write kind,
group and namespace of role and subjects as they are.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: chat}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default}]
"""
GOOD = BAD.replace("name: default", "name: default, namespace: chat")
GROUP = "rbac.authorization.k8s.io"


@rule(
    "RBC003",
    severity=Severity.SYNC,
    rows=("R1",),
    kinds=(f"ClusterRoleBinding.{GROUP}", f"RoleBinding.{GROUP}"),
    fix="write kind, group and namespace of role and subjects as they are",
)
def binding_is_refused(binding: Manifest, _: World) -> Iterator[Hit]:
    """Judge the reference to the role, and every subject."""
    role = mapping_at(binding.body, "roleRef")
    kinds = ("ClusterRole",) if binding.ref.kind == "ClusterRoleBinding" else ("ClusterRole", "Role")
    kind, group = text_at(role, "kind"), text_at(role, "apiGroup")
    if kind and kind not in kinds and not is_variable(kind):
        yield Hit("/roleRef/kind", f"a {binding.ref.kind} gives no {kind}, only {' or '.join(kinds)}")
    if group not in ("", GROUP):
        yield Hit("/roleRef/apiGroup", f"is {group}: roles are of {GROUP}")
    for index, subject in mappings_at(binding.body, "subjects"):
        yield from of_subject(subject, binding, f"/subjects/{index}")


def of_subject(subject: dict[str, Any], binding: Manifest, where: str) -> Iterator[Hit]:
    """Kind, group and namespace of a subject; groups that are left out are filled in."""
    kind, group, name = (text_at(subject, key) for key in ("kind", "apiGroup", "name"))
    if kind == "ServiceAccount":
        if group:
            yield Hit(f"{where}/apiGroup", f"is {group}: ServiceAccounts are of no group")
        if binding.ref.kind == "ClusterRoleBinding" and not text_at(subject, "namespace"):
            yield Hit(where, f"ServiceAccount {name} has no namespace")
    elif kind in ("User", "Group"):
        if group not in ("", GROUP):
            yield Hit(f"{where}/apiGroup", f"is {group}: users and groups are of {GROUP}")
    elif kind and not is_variable(kind):
        yield Hit(f"{where}/kind", f"is {kind}: rights go to a ServiceAccount, a User or a Group")
