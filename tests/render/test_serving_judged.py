"""Every way in which models are served, before judges who did not make it: rules with CEL, and kubeconform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.test_model_servers import DIGEST, LLAMA
from tests.render.words import IMAGE, lab, render
from tests.schema.judges import conform

from bayplan import App, Model, ModelServer, Service
from bayplan.validation import check
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from pathlib import Path

CONTROLLERS = {
    "flux": "2.9", "istio": "1.31", "istio-cni": "1.31", "kserve": "0.20", "lws": "0.9", "gateway-api": "1.6",
    "kuberay": "1.6",
}  # fmt: skip
MODELS = (
    Model(**LLAMA),
    Model(name="resnet", version="1", source="pvc://shelf/resnet/1"),
    Model(name="resnet", version="2", source=f"oci://r.example.com/resnet@{DIGEST}"),
    Model(name="resnet", version="3", source="s3://bucket/resnet/3", fetched_by=IMAGE),
)
SIZE = {"context": 4096, "requests": 4}
GPU = {"accelerator": {"model": "l4"}}
CALLED = {"access": {"callers": ["web"]}}
WAYS: dict[str, dict[str, Any]] = {
    "volume": {"model": "resnet:1", "canary": {"to": "image", "share": "10%"}, "expose": {"host": "a.example.com"}},
    "image": {"model": "resnet:2"},
    "fetched": {"model": "resnet:3", **GPU, **CALLED},
    "by-kserve": {"model": "resnet:2", "serving": "kserve", "autoscale": {"min": 1, "max": 3}, **CALLED},
    "by-ray": {
        "model": "resnet:2",
        "serving": "ray",
        "ray": {"app": "a:b", "deployment": "B"},
        "port": 8000,
        "resources": {"cpu": "1", "memory": "4Gi"},
        "autoscale": {"min": 1, "max": 3, "concurrency": 4},
        **CALLED,
    },
    "vllm": {"model": "llama:3.1-8b", "llm": SIZE, **GPU, **CALLED},
    "machines": {
        "model": "llama:3.1-8b",
        "llm": SIZE | {"pipeline": 2},
        "accelerator": {"model": "l4", "count": 4},
        **CALLED,
    },
    "apart": {
        "model": "llama:3.1-8b",
        "llm": SIZE | {"prefill": {"replicas": 2}},
        "serving": "kserve",
        "port": 8000,
        **GPU,
        **CALLED,
    },
}


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    servers = [ModelServer.model_validate({"name": name, "image": IMAGE, **said}) for name, said in WAYS.items()]
    app = App(name="shop", team="web", models=MODELS, workloads=[*servers, Service(name="web", image=IMAGE)])
    rendered = render(app, cluster=lab(controllers=CONTROLLERS))
    return [body for folder in rendered.values() for body in folder]


def test_our_own_rules_take_all_of_it(made: list[dict[str, Any]]) -> None:
    found = check(made, cluster=lab(controllers=CONTROLLERS))
    assert [one for one in found if one.status is Status.BROKEN] == []


def test_kubeconform_takes_all_of_it(made: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(made))
    verdicts = conform([tmp_path], kubernetes="1.37")
    assert [verdict for verdict in verdicts if verdict.status != "statusValid"] == []
    kinds = {verdict.kind.split()[-1] for verdict in verdicts}
    assert {"Deployment", "InferenceService", "LLMInferenceService", "LeaderWorkerSet", "RayService"} <= kinds


def broken(made: list[dict[str, Any]], kind: str, *path: str | int, to: object) -> set[str]:
    """Rules that are broken once something in the one object of a kind was changed."""
    changed: list[dict[str, Any]] = yaml.safe_load(yaml.safe_dump(made))
    [value] = [body for body in changed if body["kind"] == kind]
    inner: Any = value
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = to
    found = check(changed, cluster=lab(controllers=CONTROLLERS))
    return {one.rule for one in found if one.status is Status.BROKEN}


@pytest.mark.parametrize(
    ("kind", "path", "to", "rule"),
    [
        ("LeaderWorkerSet", ("spec", "leaderWorkerTemplate", "restartPolicy"), "Sometimes", "SCH001"),
        ("LeaderWorkerSet", ("spec", "leaderWorkerTemplate", "size"), "two", "SCH001"),
        ("InferenceService", ("spec", "predictor", "minReplicas"), "1", "SCH001"),
        ("LLMInferenceService", ("spec", "scaling"), {"maxReplicas": 3, "wva": {}}, "SCH004"),  # not with replicas
        ("LLMInferenceService", ("spec", "template", "containers"), None, "SCH001"),
        ("RayService", ("spec", "upgradeStrategy", "type"), True, "SCH001"),
        ("RayService", ("spec", "rayClusterConfig", "headGroupSpec"), None, "SCH001"),
    ],
)
def test_what_its_schema_or_its_rules_refuse_is_found(
    made: list[dict[str, Any]], kind: str, path: tuple[str, ...], to: object, rule: str
) -> None:
    assert rule in broken(made, kind, *path, to=to)
