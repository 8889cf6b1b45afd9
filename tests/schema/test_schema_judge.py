"""What is said of an object: the place, the sentence, and "cannot be told" apart from "is wrong"."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.schema.mutants import good_objects

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.finding import Status
from bayplan.validation.schema.judge import judge
from bayplan.validation.schema.standing import rank


def told(text: str | dict[str, Any], kubernetes: str = "1.37") -> list[tuple[str, str, str]]:
    """Code, pointer and message of every hit on one object."""
    body = yaml.safe_load(text) if isinstance(text, str) else text
    manifest = Manifest(ref=Ref.of(body), body=body)
    return [(code, hit.pointer, hit.message) for code, hit in judge(manifest, kubernetes=kubernetes)]


def status(text: str, kubernetes: str = "1.37") -> set[Status]:
    body = yaml.safe_load(text)
    return {hit.status for _, hit in judge(Manifest(ref=Ref.of(body), body=body), kubernetes=kubernetes)}


SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: %s}"
ROUTE = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a}, spec: {http: [%s]}}"


@pytest.mark.parametrize(
    ("text", "pointer", "message"),
    [
        (
            SERVICE % '{ports: [{port: "80"}]}',
            "/spec/ports/0/port",
            '`ports[0].port` is "80", must be a whole number (without quotes)',
        ),
        (SERVICE % "{clusterIP: 10}", "/spec/clusterIP", "`spec.clusterIP` is 10, must be text (in quotes)"),
        (SERVICE % "{ports: {}}", "/spec/ports", "`spec.ports` is {}, must be a list"),
        (
            SERVICE % "{selecter: {a: b}}",
            "/spec/selecter",
            "`selecter` is no field of `spec`; did you mean `selector`?",
        ),
        (SERVICE % "{ports: [{name: http}]}", "/spec/ports/0", "`port` is missing in `spec.ports[0]`"),
        (
            "{apiVersion: v1, kind: Service, metadata: {lables: {}}}",
            "/metadata/lables",
            "`lables` is no field of `metadata`; did you mean `labels`?",
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {}, data: {a/b~c: [1]}}",
            "/data/a~1b~0c",
            "`data.a/b~c` is [1], must be text",
        ),
        (
            ROUTE % "{match: [{uri: {exact: /a, prefix: /}}]}",
            "/spec/http/0/match/0/uri",
            "`match[0].uri` sets `exact`, `prefix`, of which only one is allowed",
        ),
        (
            ROUTE % "{route: [{destination: {hots: a}, weight: 1}]}",
            "/spec/http/0/route/0/destination/hots",
            "`hots` is no field of `route[0].destination`; did you mean `host`?",
        ),
        (
            "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, spec: {scaleTargetRef: {name: null}, triggers: []}}",
            "/spec/scaleTargetRef/name",
            "`scaleTargetRef.name` is null, must be text",
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, metadata: {}, spec: {selector: null, template: {}}}",
            "/spec",
            "`selector` is null and so missing in `spec`",
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, metadata: {}, spec: {replica: null, selector: {}, template: {}}}",
            "/spec/replica",
            "`replica` is no field of `spec`; did you mean `replicas`?",
        ),
        (
            "{apiVersion: v1, kind: Service, metadata: {}, spec: {ports: [{port: 80}, {name: b, port: 80}]}}",
            "/spec/ports/1",
            "`spec.ports[1]` has the same `port`, `protocol` as `ports[0]`",
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {finalizers: [a/b, a/b]}}",
            "/metadata/finalizers/1",
            "`metadata.finalizers[1]` is the same as `finalizers[0]`",
        ),
        (
            "{apiVersion: v1, kind: Service, metadata: {}, spec: {ports: [null]}}",
            "/spec/ports/0",
            "`spec.ports[0]` is null, must be a mapping",
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, metadata: {}, spec: {replicas: 4294967301}}",
            "/spec/replicas",
            "`spec.replicas` is 4294967301, must be at most 2147483647",
        ),
        (
            "{apiVersion: karpenter.sh/v1, kind: NodePool, spec: {weight: 0}}",
            "/spec/weight",
            "`spec.weight` is 0, must be at least 1",
        ),
        (
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, spec: {hostnames: [A_B]}}",
            "/spec/hostnames/0",
            '`spec.hostnames[0]` is "A_B", which does not match',
        ),
    ],
)
def test_a_defect_is_told_at_its_place_in_plain_words(text: str, pointer: str, message: str) -> None:
    hits = [hit for hit in told(text) if hit[:2] == ("SCH001", pointer)]
    assert any(hit[2].startswith(message) for hit in hits), told(text)


def test_every_defect_is_told_once_and_a_wrong_type_only_as_that() -> None:
    hits = told(
        "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}, spec: {rules: [{"
        'filters: [{type: RequestRedirect, requestRedirect: {statusCode: "301"}}]}]}}'
    )
    pointers = [pointer for _, pointer, _ in hits]
    assert pointers == ["/spec/rules/0/filters/0/requestRedirect/statusCode"]
    assert "whole number" in hits[0][2]


def test_allowed_values_are_listed() -> None:
    hits = told(
        "{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: a}, spec: {host: a,"
        " trafficPolicy: {loadBalancer: {simple: ROUNDROBIN}}}}"
    )
    assert '"ROUNDROBIN", must be one of' in hits[0][2]
    assert '"ROUND_ROBIN"' in hits[0][2]


@pytest.mark.parametrize(
    ("api_version", "kind", "code", "words"),
    [
        ("policy/v1beta1", "PodDisruptionBudget", "SCH003", "use policy/v1"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "SCH003", "use autoscaling/v2"),
        ("extensions/v1beta1", "Ingress", "SCH003", "use networking.k8s.io/v1"),
        ("v1", "Deployment", "SCH003", "use apps/v1"),
        ("apps/v1", "Deploymnt", "SCH003", "did you mean Deployment?"),
        ("kueue.x-k8s.io/v1beta1", "ClusterQueue", "SCH006", "use kueue.x-k8s.io/v1beta2"),
        ("kueue.x-k8s.io/v1alpha1", "ClusterQueue", "SCH003", "use kueue.x-k8s.io/v1beta2"),
    ],
)
def test_an_old_version_is_wrong_and_the_right_one_is_named(api_version: str, kind: str, code: str, words: str) -> None:
    text = f"{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}}}"
    hits = [hit for hit in told(text) if hit[0] == code]
    assert len(hits) == 1
    assert words in hits[0][2]


@pytest.mark.parametrize(
    ("api_version", "kind", "words"),
    [
        ("nvidia.com/v1", "GPUCluster", "no schema is known"),
        ("kueue.x-k8s.io/v9", "ClusterQueue", "newer than"),
        ("kueue.x-k8s.io/v1beta2", "ClusterQeue", "did you mean ClusterQueue?"),
        ("networking.istio.io/v1beta1", "VirtualService", "use networking.istio.io/v1"),
        ("networking.k8s.io/v1", "Ingres", "did you mean Ingress?"),
        ("v1", "PodList", "no schema is known"),
    ],
)
def test_what_is_not_known_is_unknown_and_never_silent(api_version: str, kind: str, words: str) -> None:
    text = f"{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}}}"
    assert [code for code, _, _ in told(text)] == ["SCH002"]
    assert words in told(text)[0][2]
    assert status(text) == {Status.UNKNOWN}


def test_a_version_is_served_by_some_minors_only() -> None:
    text = "{apiVersion: scheduling.k8s.io/v1beta1, kind: PodGroup, metadata: {name: a}, spec: {}}"
    assert "SCH003" not in {code for code, _, _ in told(text, "1.37")}
    assert [code for code, _, _ in told(text, "1.34")] == ["SCH003"]


def test_a_minor_without_schemas_is_unknown() -> None:
    assert status(SERVICE % "{}", kubernetes="1.99") == {Status.UNKNOWN}


@pytest.mark.parametrize("text", ["{}", "{kind: Pod}", "{apiVersion: v1}", "{apiVersion: 1, kind: Pod}"])
def test_an_object_without_a_name_for_what_it_is_breaks(text: str) -> None:
    assert "SCH001" in {code for code, _, _ in told(text)}


def test_what_is_no_json_is_unknown_and_no_crash() -> None:
    assert status("{apiVersion: v1, kind: ConfigMap, data: {1: x}}") == {Status.UNKNOWN}


def test_kustomization_files_are_left_to_kustomize() -> None:
    assert told("{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [a.yaml]}") == []


@pytest.mark.parametrize("body", good_objects(), ids=lambda body: body["kind"])
def test_what_is_judged_is_never_changed(body: dict[str, Any]) -> None:
    spoiled = {**body, "metadata": {"name": None, "lables": None}}
    before = yaml.safe_dump(spoiled)
    assert told(spoiled)
    assert yaml.safe_dump(spoiled) == before


def test_versions_are_ordered_as_kubernetes_orders_them() -> None:
    versions = ["v1alpha1", "v10", "v2", "v1beta2", "foo1", "v1", "v2beta1"]
    assert sorted(versions, key=rank) == ["foo1", "v1alpha1", "v1beta2", "v2beta1", "v1", "v2", "v10"]
