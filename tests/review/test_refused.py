"""What the API server does not take: what is told, and what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.review.rolled import workload
from tests.review.step import effects_between
from tests.validation.steps import laid_over

STEPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "e2e" / "changes.yaml").read_text())
FORCE = "kustomize.toolkit.fluxcd.io/force: enabled"
DB = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:v1"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
"""
CLASS = """---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: disk.example.com
allowVolumeExpansion: {}
"""
DELETES = CLASS.replace("{}", "true")
CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models, namespace: shop, annotations: {}}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 20Gi}}}
"""


def codes(base: str, head: str) -> list[str]:
    """What is told, with `?` behind what is not sure."""
    return [f"{one.code}{'?' if one.doubt else ''} {one.weight.name}" for one in effects_between(base, head, "refused")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"].replace(" ", "-"))
def test_what_the_api_server_refuses_is_told_and_nothing_else(step: dict[str, Any]) -> None:
    base, head = (yaml.safe_dump(one) for one in (step["before"], laid_over(step["before"], step["change"])))
    told = [one for one in effects_between(base, head, "refused") if one.code == "change-refused" and not one.doubt]
    assert bool(told) == step["refused"], told
    assert all(one.fix and one.why for one in told)


def test_a_claim_template_that_grows_is_told_how_to_grow() -> None:
    grown = DB.replace("10Gi", "20Gi")
    (one,) = effects_between(DB, grown, "refused")
    assert one.why == "spec.volumeClaimTemplates[0].spec.resources.requests.storage goes from 10Gi to 20Gi"
    assert "Grow the claims data-db-0 to -2 to 20Gi" in one.fix
    assert "kubectl delete statefulset db -n shop --cascade=orphan" in one.fix
    assert "if their StorageClass says allowVolumeExpansion" in one.fix
    allows, forbids = (CLASS.replace("{}", word) for word in ("true", "false"))
    (one,) = effects_between(DB + allows, grown + allows, "refused")
    assert "which StorageClass fast allows" in one.fix
    (one,) = effects_between(DB + forbids, grown + forbids, "refused")
    assert "which StorageClass fast does not allow" in one.fix


@pytest.mark.parametrize("other", ["storageClassName: slow", "storageClassName: fast, volumeMode: Block"])
def test_other_claim_templates_leave_the_claims_alone(other: str) -> None:
    (one,) = effects_between(DB, DB.replace("storageClassName: fast", other), "refused")
    assert one.fix.startswith("Keep the templates; or kubectl delete statefulset db -n shop --cascade=orphan")


def test_several_parts_of_one_object_are_told_together() -> None:
    (one,) = effects_between(DB, DB.replace("10Gi", "20Gi").replace("serviceName: db", "serviceName: data"), "refused")
    assert "spec.volumeClaimTemplates cannot change" in one.says
    assert "spec.serviceName cannot change" in one.says


@pytest.mark.parametrize(
    ("base", "head", "told"),
    [
        (workload(), workload().replace("app: web}", "app: web, a: b}"), "object-replaced DANGER"),
        (CLAIM, CLAIM.replace("20Gi", "10Gi"), "object-replaced? DANGER"),
        (CLAIM + DELETES, CLAIM.replace("20Gi", "10Gi") + DELETES, "object-replaced DANGER"),
        (DB, DB.replace("10Gi", "20Gi"), "object-replaced DANGER"),
    ],
)  # fmt: skip
def test_what_is_forced_is_deleted_and_made_anew(base: str, head: str, told: str) -> None:
    head = head.replace("annotations: {}", f"annotations: {{{FORCE}}}", 1)
    if "annotations" not in head.partition("spec")[0]:
        head = head.replace("namespace: shop", f"namespace: shop, annotations: {{{FORCE}}}", 1)
    assert codes(base, head) == [told]


def test_claims_that_go_with_their_set_are_data() -> None:
    base = DB.replace("replicas: 3", "replicas: 3\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}")
    head = base.replace("10Gi", "20Gi").replace("namespace: shop", f"namespace: shop, annotations: {{{FORCE}}}")
    (one,) = effects_between(base, head, "refused")
    assert one.topic == "data"
    assert (one.pods, one.pods_down) == (3, 3)


def test_the_old_object_may_say_force_as_well() -> None:
    base = CLAIM.replace("annotations: {}", f"annotations: {{{FORCE}}}")
    assert codes(base, CLAIM.replace("20Gi", "10Gi")) == ["object-replaced? DANGER"]


def test_a_headless_service_stays_so() -> None:
    base = """apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
"""
    assert codes(base, base.replace("clusterIP: None, ", "")) == ["change-ignored ATTENTION"]
    assert codes(base, base.replace("port: 80", "port: 81")) == []


def test_what_flux_leaves_alone_is_not_refused() -> None:
    head = CLAIM.replace("20Gi", "10Gi").replace("{}", "{kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}")
    assert codes(CLAIM, head) == []


def test_what_an_operator_keeps_is_in_doubt() -> None:
    base = """apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {name: train, namespace: shop}
spec:
  replicatedJobs:
  - name: worker
    template: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:v1"}]}}}}
"""
    (one,) = effects_between(base, base.replace("a:v1", "a:v2"), "refused")
    assert (one.code, one.doubt) == ("change-refused", "that is said by the webhook of its operator")
