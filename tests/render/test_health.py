"""Every kind that is rendered has a judge, and every Kustomization the expressions that its objects need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.render.test_tree import classifier, shop
from tests.render.words import lab, one, render

from bayplan.manifests.read import read_tree
from bayplan.render.flux.health import HEALTH, health_checks
from bayplan.render.flux.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Mapping

DIST = Path(__file__).resolve().parents[2] / "dist"


def checks(made: Mapping[str, list[dict[str, Any]]], name: str) -> list[tuple[str, str]]:
    spec = one(made["lab/flux"], "Kustomization", name)["spec"]
    return [(check["apiVersion"], check["kind"]) for check in spec.get("healthCheckExprs", [])]


def test_every_kind_that_is_rendered_has_a_judge() -> None:
    rendered = {(manifest.ref.group, manifest.ref.kind) for manifest in read_tree(DIST).inventory.manifests}
    assert {kind for kind in rendered if kind[0] != "kustomize.config.k8s.io"} - HEALTH.keys() == set()


def test_a_judge_by_expression_has_one_and_no_other_has() -> None:
    for kind, health in HEALTH.items():
        assert (health.judge is Judge.EXPRESSION) == (health.expression is not None), kind
        assert bool(health.version) == (health.expression is not None), kind


def test_a_kustomization_has_the_expressions_of_its_own_kinds_sorted() -> None:
    made = render(classifier(), shop())
    assert checks(made, "apps-classifier") == [
        ("networking.istio.io/v1", "DestinationRule"),
        ("networking.istio.io/v1", "VirtualService"),
        ("security.istio.io/v1", "AuthorizationPolicy"),
        ("security.istio.io/v1", "PeerAuthentication"),
    ]
    assert ("networking.istio.io/v1", "VirtualService") not in checks(made, "apps-shop")
    assert checks(made, "platform") == [
        ("networking.istio.io/v1", "Gateway"),
        ("security.istio.io/v1", "PeerAuthentication"),
    ]
    assert checks(made, "flux") == []


def test_without_a_mesh_there_is_no_expression() -> None:
    made = render(classifier(), cluster=lab(controllers={"flux": "2.9"}))
    assert "healthCheckExprs" not in one(made["lab/flux"], "Kustomization", "apps-classifier")["spec"]


def test_two_versions_of_a_kind_have_one_expression() -> None:
    """Flux refuses a second one for the same group and kind."""
    versions = [{"apiVersion": f"networking.istio.io/{one}", "kind": "Gateway"} for one in ("v1", "v1beta1")]
    bodies = [{**about, "metadata": {"name": "a", "namespace": "a"}} for about in versions]
    assert [check["apiVersion"] for check in health_checks(bodies)] == ["networking.istio.io/v1"]
