"""Who else may own a thing: operators by their table, users' own makers; and baselines of what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.complaint import BadInput
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation import check
from bayplan.validation.baseline import compare, read, write
from bayplan.validation.makers import HARMLESS_GROUPS
from bayplan.validation.products import PLAIN, products_of, table
from bayplan.validation.settings import Made

if TYPE_CHECKING:
    from collections.abc import Mapping


def manifest(kind: str, group: str, **spec: Any) -> Manifest:
    body = {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "db", "namespace": "data"}, "spec": spec}
    return Manifest(ref=Ref.of(body), body=body)


def names(one: Manifest, more: Mapping[str, tuple[Made, ...]] | None = None) -> set[str]:
    return {f"{made.kind} {made.namespace}/{made.name}" for made in products_of(one, more or {})}


@pytest.mark.parametrize(
    ("one", "made"),
    [
        (manifest("Cluster", "postgresql.cnpg.io"), "Secret data/db-app, Service data/db-rw"),
        (
            manifest("postgresql", "acid.zalan.do", users={"app": []}),
            "Secret data/postgres.db.credentials.postgresql.acid.zalan.do",
        ),
        (manifest("Kafka", "kafka.strimzi.io"), "Service data/db-kafka-bootstrap, Secret data/db-cluster-ca-cert"),
        (manifest("RabbitmqCluster", "rabbitmq.com"), "Secret data/db-default-user, Service data/db"),
        (
            manifest("Elasticsearch", "elasticsearch.k8s.elastic.co"),
            "Secret data/db-es-elastic-user, Service data/db-es-http",
        ),
        (
            manifest("PostgresCluster", "postgres-operator.crunchydata.com", users=[{"name": "a"}, {"name": "b"}]),
            "Secret data/db-pguser-a, Secret data/db-pguser-b, Service data/db-primary",
        ),
        (manifest("PostgresCluster", "postgres-operator.crunchydata.com"), "Secret data/db-pguser-db"),
        (
            manifest("Canary", "flagger.app", targetRef={"name": "web"}),
            "Service data/web-canary, Deployment.apps data/web-primary",
        ),
        (manifest("ObjectBucketClaim", "objectbucket.io"), "Secret data/db, ConfigMap data/db"),
        (
            manifest("XDatabase", "example.com", writeConnectionSecretToRef={"name": "conn", "namespace": "other"}),
            "Secret other/conn",
        ),
    ],
    ids=lambda value: value.ref.kind if isinstance(value, Manifest) else "",
)
def test_what_operators_make_is_known_by_name(one: Manifest, made: str) -> None:
    assert set(made.split(", ")) <= names(one)


def test_the_table_is_read_whole() -> None:
    assert len(table()) > 80
    for kind, made in table().items():
        assert kind.count(".") >= 1
        assert kind.partition(".")[2] not in PLAIN, f"{kind} would never be asked"
        assert all(one.name for one in made)
    assert HARMLESS_GROUPS > PLAIN


def test_names_that_are_completed_later_are_nobodys() -> None:
    assert names(manifest("OAuth2Client", "hydra.ory.sh", secretName="${NAME}")) == set()
    assert names(manifest("OAuth2Client", "hydra.ory.sh", secretName=["a"])) == set()


def test_users_add_makers() -> None:
    more = {
        "Tenant.example.com": (Made(kind="Secret", name="{name}-{spec.parts.*.id}", keys=("a",)), Made(kind="Service"))
    }
    one = manifest("Tenant", "example.com", parts=[{"id": "x"}, {"id": "y"}, "z"])
    assert names(one, more) == {"Secret data/db-x", "Secret data/db-y"}


POD = """
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: data}
spec:
  containers:
  - name: app
    image: a@sha256:0
    env: [{name: A, valueFrom: {secretKeyRef: {name: NAME, key: KEY}}}]
"""
USER = """
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: {name: app, namespace: data}
spec: {authentication: {type: TYPE}}
"""


@pytest.mark.parametrize(
    ("kind", "key", "found"),
    [
        ("tls", "user.crt", []),
        ("tls", "password", ["BROKEN"]),
        ("scram-sha-512", "password", []),
        ("tls-external", "x", []),
    ],
)
def test_a_key_that_an_operator_does_not_make_is_missing(kind: str, key: str, found: list[str]) -> None:
    pod = yaml.safe_load(POD.replace("NAME", "app").replace("KEY", key))
    user = yaml.safe_load(USER.replace("TYPE", kind))
    assert [one.status.name for one in check([pod, user], select=["REF003"])] == found


def test_a_baseline_is_written_and_read_again() -> None:
    pod = yaml.safe_load(POD.replace("envs", "env").replace("secretKeyRef", "configMapKeyRef"))
    findings = check([pod, pod], select=["REF002"])
    text = write(findings)
    assert write(reversed(findings)) == text
    entries = read(text.encode(), "known.json")
    told = compare(findings, entries)
    assert (told.new, told.known, told.gone) == ((), len(findings), ())
    assert compare([], entries).gone == entries
    assert compare(findings, ()).new == tuple(findings)
    assert read(write([]).encode(), "a") == ()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"version": 2, "findings": []}', b'{"version": 1, "findings": [1]}', b"\xff", b"[" * 99_999],
)
def test_what_is_no_baseline_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput, match="baseline"):
        read(text, "known.json")
