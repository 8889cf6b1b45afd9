"""What pods do not notice: settings, identities, sidecars; and releases that nobody can see into."""

from __future__ import annotations

import pytest
from tests.review.rolled import told, workload
from tests.review.step import effects_between

SETTINGS = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {colour: green, size: large}
"""
ENV = "envFrom: [{configMapRef: {name: web}}]"
FILES = "volumeMounts: [{name: web, mountPath: /etc/web}]"
FILE = "volumeMounts: [{name: web, mountPath: /etc/web, subPath: colour}]"
KEPT = "pods-keep-old-settings ATTENTION 0/0: is not restarted: 3 pods run on with the old values"
FOLLOW = "files-change-in-place NOTE 0/0: is not restarted: the files in its pods follow"
ACCOUNT = """---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop, annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/a"}}
"""
HOME = """---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {}}
"""
RELEASE = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  interval: 1h
  chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: charts}}}
  valuesFrom: [{kind: ConfigMap, name: web}]
  values: {replicas: 2}
"""


def reading(container: str, meta: str = "") -> str:
    """A workload whose container reads the settings."""
    pod = "volumes: [{name: web, configMap: {name: web}}]" if "Mounts" in container else ""
    return workload(pod=pod, meta=meta).replace("{name: web, image", f"{{name: web, {container}, image")


@pytest.mark.parametrize(("container", "lines"), [(ENV, [KEPT]), (FILE, [KEPT]), (FILES, [FOLLOW])])
def test_pods_run_on_with_what_they_have_read(container: str, lines: list[str]) -> None:
    base = reading(container) + SETTINGS
    found = told(base, base.replace("green", "blue"))
    assert [one[: len(line)] for one, line in zip(found, lines, strict=True)] == lines


def test_what_to_do_about_it() -> None:
    base = reading(ENV) + SETTINGS
    (one,) = effects_between(base, base.replace("green", "blue"), "rollout_settings")
    assert one.why == "ConfigMap shop/web (colour) changes, and is read only when a container starts"
    assert one.fix.endswith("; now and once: kubectl rollout restart deployment/web -n shop")


@pytest.mark.parametrize(
    "base",
    [
        reading(ENV, ", annotations: {reloader.stakater.com/auto: 'true'}") + SETTINGS,
        reading("env: [{name: SIZE, valueFrom: {configMapKeyRef: {name: web, key: size}}}]") + SETTINGS,
        workload() + SETTINGS,
    ],
)
def test_nobody_reads_it_or_somebody_restarts_them(base: str) -> None:
    assert told(base, base.replace("green", "blue")) == []


def test_what_rolls_reads_it_anew() -> None:
    base = reading(ENV) + SETTINGS
    found = told(base, base.replace("green", "blue").replace("web:v1", "web:v2"))
    assert [one.split()[0] for one in found] == ["pods-roll"]


def test_an_identity_is_given_to_new_pods() -> None:
    base = workload(pod="serviceAccountName: web") + ACCOUNT
    (line,) = told(base, base.replace("role/a", "role/b"))
    assert line.startswith("pods-keep-old-settings ATTENTION 0/0: gives eks.amazonaws.com/role-arn to new pods only")
    assert told(workload() + ACCOUNT, workload() + ACCOUNT.replace("role/a", "role/b")) == []


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ("{}", "{istio-injection: enabled}", "get a sidecar"),
        ("{istio-injection: enabled}", "{}", "lose their sidecar"),
        ("{istio.io/rev: 1-24}", "{istio.io/rev: 1-25}", "get another proxy"),
    ],
)
def test_sidecars_come_with_new_pods(was: str, now: str, what: str) -> None:
    base, head = (workload() + HOME.replace("{}", labels) for labels in (was, now))
    assert told(base, head) == [
        f"sidecars-wait ATTENTION 0/0: restarts nothing: pods of web {what} only when they are made anew"
    ]
    assert [one.split()[0] for one in told(base, head.replace("web:v1", "web:v2"))] == ["pods-roll"]


@pytest.mark.parametrize("labels", ["{istio.io/dataplane-mode: ambient}", "{team: web}"])
def test_other_labels_of_a_namespace_need_no_new_pods(labels: str) -> None:
    assert told(workload() + HOME, workload() + HOME.replace("{}", labels)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("replicas: 2", "replicas: 3", "is upgraded: pods roll whose templates change with it"),
        ("1.0.0", "1.1.0", "is upgraded to another chart: pods roll whose templates change with it"),
        ("green", "blue", "is upgraded: pods roll whose templates change with it"),
    ],
)
def test_releases(old: str, new: str, says: str) -> None:
    base = RELEASE + SETTINGS
    assert told(base, base.replace(old, new)) == [f"release-upgraded ATTENTION? 0/0: {says}"]
    assert told(base, base.replace("interval: 1h", "interval: 2h")) == []
