"""Autoscalers as rendered from apps, with the real KEDA, Flux and HPA controller: from none to many, and to none again.

Kafka, NATS, RabbitMQ's management, Redis and Prometheus answer on loopback (sources.py). The one change of what was
rendered is the patience of those who sleep: seconds in place of minutes (sleepers.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.sleepers import FOLLOWS, KEDA, LOST, QUIET, News, start, write_repository
from tests.e2e.sources import open_broker, open_sources
from tests.e2e.teams import open_written

from bayplan.complaint import BadInput
from bayplan.lab.furnish import condition
from bayplan.lab.outside import ANSWERS
from bayplan.lab.parts import find_parts
from bayplan.lab.port import free_ports
from bayplan.lab.reconcile import why
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[News]:
    root = tmp_path_factory.mktemp("keda")
    try:
        program = find_parts(root).binary("kafka-broker")
    except BadInput as bad:
        pytest.skip(str(bad))
    bus, control = free_ports(2)
    with open_sources() as sources:
        write_repository(root, bus, sources)
        with open_written(root, "keda", {"general": 2}) as teams:
            certificates = teams.lab.layout.path / "operators" / "certificates"
            with open_broker(program, bus, control, certificates, "news") as broker:
                broker.read("scorer")
                start(teams, root)
                yield News(teams=teams, sources=sources, broker=broker)


def test_they_are_ready_and_nobody_runs_who_has_nothing_to_do(news: News) -> None:
    for name, count in QUIET.items():
        news.await_replicas(name, count)
    scaled = {one["metadata"]["name"]: one for one in news.teams.api.list(KEDA, "ScaledObject", "news")}
    assert {name: condition(one, "Ready") for name, one in scaled.items()} == dict.fromkeys(FOLLOWS, "True")
    assert condition(scaled["held"], "Paused") == "True"
    assert news.kustomization("news")["spec"]["wait"]


def test_their_autoscalers_have_our_names_bounds_and_behaviour(news: News) -> None:
    found = news.teams.api.list("autoscaling/v2", "HorizontalPodAutoscaler", "news")
    scalers: dict[str, Any] = {one["metadata"]["name"]: one["spec"] for one in found}
    rendered = {one["metadata"]["name"]: one["spec"] for one in news.teams.api.list(KEDA, "ScaledObject", "news")}
    assert scalers.keys() == FOLLOWS.keys() - {"held"}
    for name, spec in scalers.items():
        assert spec["minReplicas"] == max(1, rendered[name]["minReplicaCount"])
        assert spec["maxReplicas"] == rendered[name]["maxReplicaCount"]
        assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}


def test_lag_wakes_as_many_as_it_needs_which_flux_leaves_alone_and_they_go_when_it_has_gone(news: News) -> None:
    news.broker.write(350)
    news.await_replicas("scorer", 4)  # 350 messages, 100 for each
    news.sync()
    assert news.replicas()["scorer"] == 4
    news.broker.read("scorer")
    news.await_replicas("scorer", 0)
    news.sync()
    assert news.replicas()["scorer"] == 0


def test_more_lag_wakes_no_more_than_there_are_partitions(news: News) -> None:
    news.broker.write(900)
    news.await_replicas("scorer", 4)
    news.broker.read("scorer")
    news.await_replicas("scorer", 0)


@pytest.mark.parametrize(("source", "number", "count"), [("nats", 25, 3), ("rabbitmq", 12, 3), ("redis", 7, 2)])
def test_what_waits_elsewhere_wakes_as_many_as_it_needs(news: News, source: str, number: int, count: int) -> None:
    setattr(news.sources.numbers, source, number)
    news.await_replicas(source, count)
    setattr(news.sources.numbers, source, 0)
    news.await_replicas(source, 0)


def test_a_prometheus_is_asked_by_those_who_sign_in(news: News) -> None:
    news.sources.numbers.prometheus = 25
    news.await_replicas("prometheus", 3)
    news.sources.numbers.prometheus = 0
    news.await_replicas("prometheus", 0)
    assert news.sources.numbers.refused == []


def test_requests_in_a_second_add_replicas(news: News) -> None:
    (news.teams.lab.layout.path / ANSWERS).write_text(json.dumps({'destination_service_name="caller"': 130}))
    news.await_replicas("caller", 4)  # 130, 40 for each


def test_who_can_ask_nobody_is_waited_for_and_the_reason_is_not_what_was_rendered(news: News) -> None:
    def told() -> dict[str, str]:
        found = {one["metadata"]["name"]: one for one in news.teams.api.list(KEDA, "ScaledObject", "lost")}
        whys = {name: f"{condition(one, 'Ready')} {why(one)}" for name, one in found.items()}
        if whys.keys() != LOST.keys() or "" in map(str.strip, whys.values()):
            raise NotYet(str(whys))
        return whys

    whys = wait_for("what KEDA says", told, within_s=60)
    events = [one for one in news.teams.api.list("v1", "Event", "lost") if one["type"] == "Warning"]
    said = " ".join(str(one.get("message") or one.get("note")) for one in events)
    assert "pars" not in said, said
    assert whys["kafka"].startswith("False"), whys
    assert whys["amqp"].startswith("False"), whys
    assert condition(news.kustomization("lost"), "Ready") != "True"
