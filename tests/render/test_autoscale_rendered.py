"""What follows the load, as a cluster gets it: read by people, judged by schemas and by our own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.words import IMAGE, lab, one, render
from tests.schema.judges import conform

from bayplan import App, Autoscale, External, Lag, ModelServer, Query, QueueLength, Resources, Service, Window
from bayplan.validation import check
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

KEDA = {"flux": "2.9", "istio": "1.31", "istio-cni": "1.31", "keda": "2.21", "prometheus": "3.0", "vpa": "1.4"}
SERVICES = (
    External(
        kind="Kafka",
        name="bus",
        address=("bus-0.example.com:9092", "bus-1.example.com:9092"),
        networks=("10.20.0.0/16",),
        tls=True,
        sign_in="scram-sha-512",
        login={"username": "bus/login#user", "password": "bus/login#password"},
    ),
    External(kind="Secret", name="bus-login", keys=("user", "password"), why="the stream's team makes it"),
    External(kind="SQS", name="jobs", address="https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"),
    External(kind="RabbitMQ", name="rabbit", address="amqp://rabbit.brokers.svc:5672/news"),
    External(kind="Redis", name="cache", address="10.1.2.3:6379"),
    External(kind="NATS", name="nats", address=("nats.example.com:4222", "http://nats.example.com:8222")),
    External(kind="Prometheus", name="metrics", address="https://metrics.example.com/team"),
)
SMALL = Resources(cpu="250m", memory="256Mi")


def news(**said: object) -> App:
    """An app whose sole workload follows what is said."""
    scorer = Service(name="scorer", image=IMAGE, resources=SMALL, autoscale=Autoscale(**said))  # type: ignore[arg-type]
    return App(name="news", team="data", workloads=[scorer], externals=list(SERVICES))


def followed(*apps: App) -> list[dict[str, Any]]:
    made = render(*apps, cluster=lab(controllers=KEDA))
    kinds = ("HorizontalPodAutoscaler", "ScaledObject", "TriggerAuthentication")
    return [body for app in apps for body in made[f"lab/apps/{app.name}"] if body["kind"] in kinds]


def night_and_day() -> App:
    hours = [Window(start="0 7 * * 1-5", end="0 22 * * 1-5", min=6), Window(start="0 9 * * 6", end="0 18 * * 6", min=4)]
    autoscale = Autoscale(
        min=2, max=20, requests_per_second="50", gpu="80%", cpu="60%", schedule=hours, time_zone="Europe/Berlin"
    )
    answers = ModelServer(
        name="answers", image=IMAGE, resources=SMALL, load_seconds=600, autoscale=autoscale, advise=True
    )
    return App(name="assistant", team="language", workloads=[answers])


def sleeper() -> App:
    return news(min=0, max=8, lag=Lag(kafka="bus", topic="news", group="scorer", per_replica=500, wake_above=10))


QUEUES = {
    "aws-sqs-queue": QueueLength(sqs="jobs", per_replica=10),
    "rabbitmq": QueueLength(rabbitmq="rabbit", name="jobs", per_replica=10),
    "redis": QueueLength(redis="cache", list="jobs", per_replica=10),
}


def test_an_assistant_by_night_and_day(golden: SnapshotAssertion) -> None:
    assert followed(night_and_day()) == golden


def test_a_scorer_that_sleeps_until_messages_wait(golden: SnapshotAssertion) -> None:
    assert followed(sleeper()) == golden


def test_the_way_to_services_outside(golden: SnapshotAssertion) -> None:
    made = render(sleeper(), cluster=lab(controllers=KEDA))["lab/apps/news"]
    assert [body for body in made if body["metadata"]["name"].endswith(".external")] == golden


@pytest.mark.parametrize("kind", QUEUES)
def test_a_queue_is_asked_as_keda_asks_it(kind: str) -> None:
    (trigger,) = one(followed(news(min=0, max=8, queue=QUEUES[kind])), "ScaledObject")["spec"]["triggers"]
    assert trigger["type"] == kind
    assert {"queueLength", "listLength", "value"} & set(trigger["metadata"])
    assert ("authenticationRef" in trigger) == (kind == "aws-sqs-queue")


def test_who_sleeps_is_woken_soon_and_falls_asleep_slowly() -> None:
    spec = one(followed(sleeper()), "ScaledObject")["spec"]
    assert spec["minReplicaCount"] == 0
    assert spec["pollingInterval"] == 15
    assert spec["cooldownPeriod"] == 300
    assert spec["fallback"]["replicas"] == 1


def test_replicas_that_start_slowly_are_let_go_slowly_and_not_doubled_before_they_answer() -> None:
    (scaled,) = followed(night_and_day())
    behavior = scaled["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 1200
    assert behavior["scaleUp"]["policies"] == [{"type": "Percent", "value": 100, "periodSeconds": 600}]


def test_cpu_and_memory_alone_need_no_keda() -> None:
    (scaler,) = followed(news(min=2, max=8, cpu="60%", memory="80%"))
    assert scaler["kind"] == "HorizontalPodAutoscaler"
    names = [metric["containerResource"]["name"] for metric in scaler["spec"]["metrics"]]
    assert names == ["cpu", "memory"]


@pytest.mark.parametrize("said", [{}, {"requests_per_second": "5"}], ids=["plain", "keda"])
def test_a_held_number_holds(said: dict[str, str]) -> None:
    (scaler,) = followed(news(min=2, max=8, hold=3, **said))
    held = scaler["metadata"].get("annotations", {}).get("autoscaling.keda.sh/paused-replicas")
    assert held == "3" or scaler["spec"]["minReplicas"] == scaler["spec"]["maxReplicas"] == 3


def test_advice_changes_nothing() -> None:
    made = render(night_and_day(), cluster=lab(controllers=KEDA))["lab/apps/assistant"]
    spec = one(made, "VerticalPodAutoscaler")["spec"]
    assert spec["updatePolicy"] == {"updateMode": "Off"}
    assert spec["targetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "answers"}


def test_an_app_may_ask_a_prometheus_of_its_own() -> None:
    query = Query(promql="sum(jobs_waiting)", per_replica="2.5", prometheus="metrics")
    (trigger,) = one(followed(news(min=0, max=8, query=query)), "ScaledObject")["spec"]["triggers"]
    assert trigger["metadata"]["serverAddress"] == "https://metrics.example.com/team"
    assert trigger["metadata"]["threshold"] == "2.5"


@pytest.mark.parametrize(
    ("parameters", "modes"),
    [
        (("username", "password"), "basic"),
        (("cert", "key"), "tls"),
        (("username", "password", "cert", "key"), "basic,tls"),
    ],
)
def test_a_prometheus_that_asks_who_comes_is_told(parameters: tuple[str, ...], modes: str) -> None:
    """KEDA reads nothing of a TriggerAuthentication that the trigger does not name as a mode."""
    login = {parameter: f"bus/login#{parameter}" for parameter in parameters}
    said = {"kind": "Prometheus", "name": "numbers", "address": "https://numbers.example.com", "login": login}
    numbers = External.model_validate(said)
    app = news(min=0, max=8, query=Query(promql="a", per_replica="2", prometheus="numbers"))
    app = app.model_copy(update={"externals": (*app.externals, numbers)})
    made = followed(app)
    (trigger,) = one(made, "ScaledObject")["spec"]["triggers"]
    assert trigger["metadata"]["authModes"] == modes
    targets = one(made, "TriggerAuthentication")["spec"]["secretTargetRef"]
    assert {target["parameter"] for target in targets} == set(parameters)


def every_app() -> list[App]:
    query = Query(promql="sum(jobs_waiting) or vector(0)", per_replica="2.5", prometheus="metrics")
    sayings: list[dict[str, Any]] = [
        {"min": 0, "max": 8, "query": query},
        {"min": 1, "max": 8, "concurrency": "10", "tokens_per_second": "900"},
        {"min": 0, "max": 8, "lag": Lag(nats="nats", stream="news", consumer="scorer", per_replica=5)},
        *({"min": 0, "max": 8, "queue": queue} for queue in QUEUES.values()),
    ]
    others = [news(**said).model_copy(update={"name": f"news-{number}"}) for number, said in enumerate(sayings)]
    return [night_and_day(), sleeper(), *others]


def test_our_own_rules_and_kubeconform_take_all_of_it(tmp_path: Path) -> None:
    cluster = lab(controllers=KEDA)
    made = render(*every_app(), cluster=cluster)
    bodies = [body for folder in made.values() for body in folder]
    assert [one for one in check(bodies, cluster=cluster) if one.status is Status.BROKEN] == []
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(bodies))
    assert [verdict for verdict in conform([tmp_path], kubernetes="1.37") if verdict.status != "statusValid"] == []
