"""A binding gives rights to a ServiceAccount that does not exist.

The API server takes it, and the account that was meant has no rights: usually the binding names another namespace than
the one where the program runs. Without a namespace, an account is looked up in that of the RoleBinding. Correct the
name or the namespace, or take the subject out.

Source: <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at
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
subjects: [{kind: ServiceAccount, name: chatt, namespace: chat}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: chat, namespace: chat}
"""
GOOD = BAD.replace("chatt", "chat")
GROUP = "rbac.authorization.k8s.io"


@rule(
    "RBC002",
    severity=Severity.LOSS,
    rows=("R1",),
    kinds=(f"ClusterRoleBinding.{GROUP}", f"RoleBinding.{GROUP}"),
    fix="name the account and the namespace in which the program runs",
)
def bound_account_is_missing(binding: Manifest, world: World) -> Iterator[Hit]:
    """Look up every ServiceAccount that the binding names."""
    for index, subject in mappings_at(binding.body, "subjects"):
        name = text_at(subject, "name")
        if subject.get("kind") != "ServiceAccount" or not name:
            continue
        namespace = text_at(subject, "namespace") or binding.ref.namespace
        if not namespace and binding.ref.kind == "ClusterRoleBinding":
            continue  # refused: told by RBC003
        lack = world.lack("ServiceAccount", namespace, name)
        if lack is not None:
            there = sorted({one.ref.namespace for one in world.by_name.get(("ServiceAccount", name), ())} - {""})
            hint = f"; there is one in {', '.join(there)}" if there else ""
            where = f"in namespace {namespace}" if namespace else "in its namespace"
            message = f"gives rights to ServiceAccount {name}, which is not {where}{hint}{lack.doubt}"
            yield Hit(f"/subjects/{index}/name", message, lack.status)
