"""This repository's own apps on their own cluster `lab`, with every controller that they ask for, real."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.e2e.built import skip_unless_built
from tests.e2e.conftest import say
from tests.e2e.scene import ROOT, Scene

from bayplan.lab.furnish import condition
from bayplan.lab.lab import close, remove
from bayplan.lab.reconcile import KUSTOMIZE
from bayplan.lab.session import open_session
from bayplan.lab.wait import NotYet, wait_for
from bayplan.spec.load import load_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

NEVER = "apps-sentiment"
"""What scales its scorer is a Kafka of the company's: there is none, and Flux is right to wait for it."""


@pytest.fixture(scope="module")
def own_apps() -> Iterator[Scene]:
    cluster = next(one for one in load_clusters(ROOT) if one.name == "lab")
    skip_unless_built(ROOT, cluster.controllers)
    session = open_session(ROOT, cluster, f"e2e-own-apps-{os.getpid()}", say)
    try:
        yield Scene(session)
    finally:
        close(session.lab)
        remove(session.lab.layout.path)


def ready(scene: Scene, version: str, kind: str) -> dict[str, str]:
    return {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": condition(one, "Ready")
        for one in scene.api.list(version, kind)
    }


def test_all_apps_become_ready_but_the_one_whose_kafka_is_not_there(own_apps: Scene) -> None:
    names = [one["metadata"]["name"] for one in own_apps.api.list(KUSTOMIZE, "Kustomization")]
    assert len(names) == 6
    assert NEVER in names
    own_apps.settle(only=tuple(sorted({*names} - {NEVER})), within_s=240)
    (waits,) = (one for one in own_apps.api.list(KUSTOMIZE, "Kustomization") if one["metadata"]["name"] == NEVER)
    assert condition(waits, "Ready") != "True"


def test_only_the_scaling_by_kafka_is_not_ready(own_apps: Scene) -> None:
    def asked() -> dict[str, str]:
        found = ready(own_apps, "keda.sh/v1alpha1", "ScaledObject")
        if not all(found.values()):
            raise NotYet(str(found))
        return found

    assert wait_for("every ScaledObject to be judged", asked, within_s=60) == {
        "classifier/classifier": "True",
        "customer-service/answers": "True",
        "recommendation/candidates": "True",
        "sentiment/scorer": "False",
    }


def test_every_secret_was_fetched(own_apps: Scene) -> None:
    found = ready(own_apps, "external-secrets.io/v1", "ExternalSecret")
    assert len(found) == 3
    assert {*found.values()} == {"True"}


def test_all_training_is_let_in_and_comes_to_its_end(own_apps: Scene) -> None:
    def ended() -> list[Body]:
        found = own_apps.api.list("jobset.x-k8s.io/v1alpha2", "JobSet")
        if len(found) != 3 or any(condition(one, "Completed") != "True" for one in found):
            raise NotYet(str([(one["metadata"]["name"], one.get("status")) for one in found]))
        return found

    found = wait_for("all training to end", ended, within_s=120)
    assert [*map(namespace, found)] == ["classifier", "recommendation", "sentiment"]


def test_kueue_lets_in_all_that_waits_in_a_queue(own_apps: Scene) -> None:
    workloads = own_apps.api.list("kueue.x-k8s.io/v1beta2", "Workload")
    assert len(workloads) == 5
    assert {condition(one, "Admitted") for one in workloads} == {"True"}


def namespace(body: Body) -> str:
    return str(body["metadata"]["namespace"])
