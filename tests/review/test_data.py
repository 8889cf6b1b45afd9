"""Data that go with a change, and data that stay behind."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told
from tests.review.test_review_pruning import REST, ROOT, sync

DATA = ("data", "data_cascades")
START = ROOT + sync("rest") + REST + sync("apps")
OTHER = """# file: demo/apps/other.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: shop}
data: {a: b}
"""


def apps(*objects: str) -> str:
    """The tree with objects in ./demo/apps."""
    return START + OTHER + "".join(f"---\n{one}" for one in objects)


def claim(storage: str = "standard", more: str = "", size: str = "10Gi", annotations: str = "{}") -> str:
    """A claim."""
    name = f"  storageClassName: {storage}\n" if storage else ""
    return f"""apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data, namespace: shop, annotations: {annotations}}}
spec:
  accessModes: [ReadWriteOnce]
{name}{more}  resources: {{requests: {{storage: {size}}}}}
"""


def storage(name: str, policy: str = "", more: str = "{}") -> str:
    """A class."""
    reclaim = f"reclaimPolicy: {policy}\n" if policy else ""
    return f"""apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: {name}, annotations: {more}}}
provisioner: disk.example.com
{reclaim}"""


LOST = "data-lost PersistentVolumeClaim shop/data DANGER"
DEFAULT = '{storageclass.kubernetes.io/is-default-class: "true"}'
VOLUME = """apiVersion: v1
kind: PersistentVolume
metadata: {name: disk-1}
spec: {capacity: {storage: 10Gi}, accessModes: [ReadWriteOnce], nfs: {server: a, path: /b}}
"""


@pytest.mark.parametrize(
    ("about", "asked", "wanted"),
    [
        (storage("standard"), claim(), LOST),
        (storage("standard", "Delete"), claim(), LOST),
        (storage("standard", "Retain"), claim(), "volume-left-behind PersistentVolumeClaim shop/data ATTENTION"),
        (storage("other"), claim(), f"{LOST}?"),
        (storage("other", "Delete", DEFAULT), claim(""), LOST),
        (storage("other", "Delete"), claim(""), f"{LOST}?"),
        (storage("other", "Delete", DEFAULT), claim('""'), f"{LOST}?"),
        (VOLUME, claim('""', "  volumeName: disk-1\n"), "volume-left-behind PersistentVolumeClaim shop/data ATTENTION"),
    ],
)
def test_the_class_of_a_claim_says_what_becomes_of_its_volume(about: str, asked: str, wanted: str) -> None:
    assert told(apps(about, asked), apps(about), *DATA) == [wanted]


def test_a_claim_that_is_marked_keeps_its_data() -> None:
    kept = claim(annotations="{kustomize.toolkit.fluxcd.io/prune: disabled}")
    assert told(apps(kept), apps(), *DATA) == []


def test_who_still_needs_a_claim_is_named() -> None:
    pod = """apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: web:v1}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""
    (effect,) = effects_between(apps(claim(), pod), apps(pod), *DATA)
    assert "Pod shop/web still needs it" in effect.says


def test_a_claim_that_is_made_anew_by_force_begins_empty() -> None:
    force = "{kustomize.toolkit.fluxcd.io/force: enabled}"
    before, after = (apps(storage("standard"), claim(annotations=force, size=size)) for size in ("10Gi", "5Gi"))
    assert told(before, after, *DATA) == [LOST]
    assert told(after, before, *DATA) == []


def stateful(replicas: int = 3, policy: str = "") -> str:
    """A StatefulSet with claims."""
    said = f"  persistentVolumeClaimRetentionPolicy: {policy}\n" if policy else ""
    return f"""apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db, namespace: shop}}
spec:
  replicas: {replicas}
  serviceName: db
{said}  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: db, image: db:v1}}]}}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 10Gi}}}}}}
"""


SET_LOST, SET_KEPT = "data-lost StatefulSet shop/db DANGER", "volumes-left-behind StatefulSet shop/db NOTE"


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("", SET_KEPT),
        ("{whenDeleted: Retain, whenScaled: Delete}", SET_KEPT),
        ("{whenDeleted: Delete, whenScaled: Retain}", SET_LOST),
    ],
)
def test_the_claims_of_a_set_that_is_deleted(policy: str, wanted: str) -> None:
    assert told(apps(stateful(policy=policy)), apps(), *DATA) == [wanted]


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("", SET_KEPT),
        ("{whenDeleted: Delete, whenScaled: Retain}", SET_KEPT),
        ("{whenDeleted: Retain, whenScaled: Delete}", SET_LOST),
    ],
)
def test_the_claims_of_a_set_that_shrinks(policy: str, wanted: str) -> None:
    before, after = apps(stateful(3, policy)), apps(stateful(1, policy))
    assert told(before, after, *DATA) == [wanted]
    assert told(after, before, *DATA) == []
    (effect,) = effects_between(before, after, *DATA)
    assert "claims data-db-1 and data-db-2" in effect.says


def test_claims_beyond_the_third_are_counted() -> None:
    before, after = apps(stateful(1_000_000_000)), apps(stateful(1))
    (effect,) = effects_between(before, after, *DATA)
    assert effect.says == ("leaves its claims data-db-1, data-db-2, data-db-3 and 999999996 more behind with all data")


def test_a_set_that_will_lose_its_claims_from_now_on() -> None:
    after = apps(stateful(policy="{whenDeleted: Delete, whenScaled: Retain}"))
    assert told(apps(stateful()), after, *DATA) == ["volumes-will-go StatefulSet shop/db ATTENTION"]


DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: trains.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Train, listKind: TrainList, plural: trains, singular: train}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""


def train(name: str) -> str:
    """An object of the kind."""
    return f"apiVersion: example.com/v1\nkind: Train\nmetadata: {{name: {name}, namespace: shop}}\n"


def test_a_definition_takes_the_objects_of_its_kind_along() -> None:
    before = apps(DEFINITION, train("night"), train("day"))
    effects = effects_between(before, apps(train("day")), *DATA)
    assert [one.code for one in effects] == ["definition-deleted"]
    assert "2 of this tree" in effects[0].says
    assert "1 that the tree still has cannot be applied" in effects[0].says


def test_a_namespace_takes_everything_along() -> None:
    home = "apiVersion: v1\nkind: Namespace\nmetadata: {name: yard}\n"
    inside = [one.replace("namespace: shop", "namespace: yard") for one in (claim(), stateful())]
    effects = effects_between(apps(home, *inside), apps(inside[0]), "data_cascades")
    assert [one.code for one in effects] == ["namespace-deleted"]
    assert "1 PersistentVolumeClaim, 1 StatefulSet of this tree" in effects[0].says
    assert "the data of 1 claim go with it" in effects[0].says


def test_operators_may_keep_what_a_database_held() -> None:
    pg = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db, namespace: shop}\n"
    kafka = "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: bus, namespace: shop}\n"
    assert told(apps(pg, kafka), apps(), *DATA) == [
        "data-lost Cluster shop/db DANGER",
        "data-lost Kafka shop/bus DANGER?",
    ]
