"""The run as a whole: order, clusters, files that cannot be read, rules that fail, and what is only a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import yaml

from bayplan.complaint import Complaint
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation import judging, registry
from bayplan.validation.example import findings_in
from bayplan.validation.finding import Status
from bayplan.validation.run import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
"""
ENTRY = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec:
  interval: 1h
  path: ./clusters/NAME
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
"""


def manifest(text: str, file: str) -> Manifest:
    body = yaml.safe_load(text)
    return Manifest(ref=Ref.of(body), body=body, file=file, line=1)


def told(files: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(one.rule, one.file, one.status.name) for one in findings_in(files)]


def test_findings_are_sorted_and_the_order_of_the_files_does_not_matter(platform: dict[str, str]) -> None:
    texts = [(document, file) for file, text in platform.items() for document in text.split("\n---\n")]
    manifests = [
        manifest(document.replace("targetPort: http", "targetPort: web").replace("host: web,", "host: webb,"), file)
        for document, file in texts
    ]
    found = check(Inventory(manifests=tuple(manifests)))
    assert found
    assert found == sorted(found)
    assert found == check(Inventory(manifests=tuple(reversed(manifests))))


def test_a_rule_that_fails_is_an_error_of_its_own_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_manifest: Manifest, _world: World) -> Iterator[Hit]:
        raise ZeroDivisionError("oh")
        yield

    rules = registry.rules()
    broken = tuple(replace(rule, judge=fails) if rule.code == "NET002" else rule for rule in rules)
    monkeypatch.setattr(judging, "rules", lambda: broken)
    found = {one.rule: one for one in findings_in(SERVICE)}
    assert {rule: one.status for rule, one in found.items()} == {"NET001": Status.BROKEN, "NET002": Status.ERROR}
    assert "ZeroDivisionError: oh" in found["NET002"].message


def test_a_file_that_cannot_be_read_is_a_finding_and_may_hold_what_is_missing() -> None:
    complaint = Complaint(file="web/pods.yaml", line=3, what="a tab", fix="use spaces")
    found = check(Inventory(manifests=(manifest(SERVICE, "web/service.yaml"),)), complaints=[complaint])
    assert [(one.rule, one.file, one.line, one.status.name) for one in found] == [
        ("YML001", "web/pods.yaml", 3, "BROKEN"),
        ("NET001", "web/service.yaml", 1, "UNKNOWN"),
    ]


def test_objects_of_two_clusters_are_not_compared() -> None:
    files = {f"clusters/{name}/flux-system/sync.yaml": ENTRY.replace("NAME", name) for name in ("one", "two")}
    assert told(files) == []


def test_objects_that_one_cluster_gets_twice_are_found_across_folders() -> None:
    second = ENTRY.replace("name: flux-system, n", "name: apps, n").replace("./clusters/NAME", "./apps")
    files = {
        "clusters/one/sync.yaml": ENTRY.replace("NAME", "one"),
        "clusters/one/apps.yaml": second,
        "clusters/one/web.yaml": SERVICE.replace("selector: {app: web}, ", ""),
        "apps/web.yaml": SERVICE.replace("selector: {app: web}, ", ""),
    }
    assert told(files) == [("FLX001", "clusters/one/web.yaml", "BROKEN")]


def test_without_the_program_what_kustomize_changes_is_unknown_and_a_patch_is_no_object(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BAYPLAN_PARTS", str(tmp_path))
    overlay = "resources: [../base]\npatches: [{path: patch.yaml}]\n"
    files = {
        "base/kustomization.yaml": "resources: [service.yaml]\n",
        "base/service.yaml": SERVICE,
        "overlay/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" + overlay,
        "overlay/patch.yaml": SERVICE.replace("app: web", "app: other"),
    }
    assert told(files) == [("NET001", "base/service.yaml", "UNKNOWN")]


def test_what_no_kustomization_lists_is_unknown() -> None:
    files = {"web/kustomization.yaml": "kind: Kustomization\nresources: []\n", "web/service.yaml": SERVICE}
    assert told(files) == [("NET001", "web/service.yaml", "UNKNOWN")]


def test_a_generated_config_map_is_there() -> None:
    files = {
        "web/kustomization.yaml": "kind: Kustomization\nresources: [pod.yaml]\nconfigMapGenerator: [{name: web}]\n",
        "web/pod.yaml": """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example.com/web@sha256:0", envFrom: [{configMapRef: {name: web}}]}]
""",
    }
    assert told(files) == []


def test_a_kind_of_another_group_is_not_taken_for_the_one_that_a_rule_judges() -> None:
    assert [one.rule for one in findings_in(SERVICE.replace("v1", "example.com/v1"))] == ["SCH002"]


def test_a_file_that_nobody_applies_need_not_be_readable() -> None:
    files = {
        "web/kustomization.yaml": "kind: Kustomization\nresources: [broken.yaml]\n",
        "web/broken.yaml": "a: [",
        "web/settings.yml": "token: !env TOKEN",
        "chart/templates/web.yaml": "name: {{ .Values.name }}",
    }
    found = {(one.rule, one.file, one.status.name) for one in findings_in(files)}
    assert found == {
        ("YML001", "chart/templates/web.yaml", "UNKNOWN"),
        ("YML001", "web/broken.yaml", "BROKEN"),
        ("YML001", "web/settings.yml", "UNKNOWN"),
    }


def test_a_file_that_is_listed_and_not_there_is_nobody_elses() -> None:
    listing = "kind: Kustomization\nresources: [service.yaml, ENTRY]\n"
    here = {"web/kustomization.yaml": listing.replace("ENTRY", "pods.yaml"), "web/service.yaml": SERVICE}
    away = {"web/kustomization.yaml": listing.replace("ENTRY", "../pods"), "web/service.yaml": SERVICE}
    assert told(here) == [("NET001", "web/service.yaml", "BROKEN")]
    assert told(away) == [("NET001", "web/service.yaml", "UNKNOWN")]
