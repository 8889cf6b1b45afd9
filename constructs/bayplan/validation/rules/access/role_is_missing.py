"""A binding gives a role that does not exist.

The API server takes it, and nobody gets any right: the program is refused at its first request, often long after it was
deployed. A Role never leaves its namespace. Roles that every cluster has (`view`, `edit`, `admin`, `cluster-admin`,
`system:...`) are known. Commit the role, or correct its name.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cluster_wide import lack_in_cluster
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: chat, namespace: chat}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: chatt}
subjects: [{kind: ServiceAccount, name: chat, namespace: chat}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: chat, namespace: chat}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: chat, namespace: chat}
"""
GOOD = BAD.replace("chatt", "chat")
GROUP = "rbac.authorization.k8s.io"
BUILT_IN = frozenset({"admin", "cluster-admin", "edit", "view"})
BROUGHT = (
    *("system:", "basic-user", "cluster-reader", "cluster-status", "self-access-reviewer", "self-provisioner"),
    *("registry-", "storage-admin", "sudoer", "cluster-monitoring-", "eks:", "gce:", "aks-"),
)
"""Beginnings of the names of ClusterRoles that Kubernetes or a distribution brings."""


@rule(
    "RBC001",
    severity=Severity.DOWN,
    rows=("R1",),
    kinds=(f"ClusterRoleBinding.{GROUP}", f"RoleBinding.{GROUP}"),
    fix="commit the role, or name one that there is",
)
def role_is_missing(binding: Manifest, world: World) -> Iterator[Hit]:
    """Look the role up: in the binding's namespace, or among those of the cluster."""
    kind, name = text_at(binding.body, "roleRef", "kind"), text_at(binding.body, "roleRef", "name")
    if kind == "Role" and binding.ref.kind == "RoleBinding":
        lack = world.lack(f"Role.{GROUP}", binding.ref.namespace, name)
    elif kind == "ClusterRole" and name not in BUILT_IN and not name.startswith(BROUGHT):
        lack = lack_in_cluster(world, f"ClusterRole.{GROUP}", name)
    else:
        return
    if name and lack is not None:
        where = "in its namespace" if kind == "Role" else "in the cluster"
        yield Hit("/roleRef/name", f"gives {kind} {name}, which is not {where}{lack.doubt}", lack.status)
