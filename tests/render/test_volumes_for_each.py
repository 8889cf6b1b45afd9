"""Replicas with a volume each: a StatefulSet that keeps its volumes, and peers that know and reach each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from tests.render.words import IMAGE, lab, one, render
from tests.schema.judges import conform

from bayplan import App, Autoscale, Service, Storage
from bayplan.validation import check
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

CONTROLLERS = {"flux": "2.9", "istio": "1.31", "istio-cni": "1.31"}
PRICES: dict[str, Any] = {"controllers": CONTROLLERS, "storage": {"gp3": "0.08"}}


def store(**said: Any) -> App:
    words = {"replicas": 3, **said} if "autoscale" not in said else said
    service = Service(
        name="vectors", image=IMAGE, storage=Storage(size="100Gi", each=True), peer_ports=(6335,), **words
    )
    return App(name="shop", team="web", workloads=[service])


def made(**said: Any) -> list[dict[str, Any]]:
    return render(store(**said), cluster=lab(**PRICES))["lab/apps/shop"]


def test_a_store_of_three(golden: SnapshotAssertion) -> None:
    objects = made()
    kinds = ("StatefulSet", "Service", "NetworkPolicy", "AuthorizationPolicy", "PodDisruptionBudget")
    assert [body for body in objects if body["kind"] in kinds] == golden
    assert not [body for body in objects if body["kind"] in ("Deployment", "PersistentVolumeClaim")]


def test_an_autoscaler_moves_the_set_and_nobody_else_says_its_number() -> None:
    objects = made(autoscale=Autoscale(min=2, max=5))
    assert one(objects, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["kind"] == "StatefulSet"
    assert "replicas" not in one(objects, "StatefulSet")["spec"]


def test_the_plan_pays_for_each_volume_and_keeps_no_room_for_successors() -> None:
    (group,) = store().workloads[0].groups
    assert (group.pods_max, group.surge) == (3, 0)


def test_our_own_rules_and_kubeconform_take_it(tmp_path: Path) -> None:
    cluster = lab(**PRICES)
    bodies = [body for folder in render(store(), cluster=cluster).values() for body in folder]
    assert [one for one in check(bodies, cluster=cluster) if one.status is Status.BROKEN] == []
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(bodies))
    assert [verdict for verdict in conform([tmp_path], kubernetes="1.37") if verdict.status != "statusValid"] == []
