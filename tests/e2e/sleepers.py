"""Two apps whose workloads follow what is on loopback (`news`), and what nobody answers (`lost`), in a lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.sources import PASSWORD, USER

from bayplan.lab.delivery import deliver
from bayplan.lab.furnish import bootstrap, condition
from bayplan.lab.reconcile import KUSTOMIZE, await_ready, describe, fetch, is_settled, request
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.sources import Broker, Sources
    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body

CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", istio: "1.31", istio-cni: "1.31", keda: "2.21", prometheus: "0.95"}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.4xlarge, zones: [a], nodes: {min: 2, max: 6}}
"""
IMAGE = f"registry.example.com/news/app:v1@sha256:{'1f' * 32}"
LOGIN = "login: {username: bus/login#user, password: bus/login#password}"
OPEN = '{start: "0 0 * * *", end: "59 23 * * *", min: 3}'
CLOSED = '{start: "58 23 * * *", end: "59 23 * * *", min: 3}'
FOLLOWS = {
    "scorer": "min: 0, max: 6, lag: {kafka: bus, topic: news, group: scorer, per_replica: 100}",
    "nats": "min: 0, max: 5, lag: {nats: stream, stream: news, consumer: scorer, per_replica: 10}",
    "rabbitmq": "min: 0, max: 5, queue: {rabbitmq: rabbit, name: jobs, per_replica: 5}",
    "redis": "min: 0, max: 5, queue: {redis: cache, list: jobs, per_replica: 5}",
    "prometheus": 'min: 0, max: 5, query: {promql: "sum(waiting)", per_replica: "10", prometheus: numbers}',
    "caller": 'min: 1, max: 9, cpu: "60%", requests_per_second: "40"',
    "day": f"min: 0, max: 4, schedule: [{OPEN}]",
    "night": f"min: 0, max: 4, schedule: [{CLOSED}]",
    "held": 'min: 1, max: 9, hold: 2, requests_per_second: "40"',
}
QUIET = dict.fromkeys(FOLLOWS, 0) | {"caller": 1, "day": 3, "held": 2}
"""Replicas while there is nothing to do."""
LOST = {
    "kafka": "min: 0, max: 6, lag: {kafka: bus, topic: news, group: scorer, per_replica: 100}",
    "amqp": "min: 0, max: 6, queue: {rabbitmq: rabbit, name: jobs, per_replica: 5}",
    "sqs": "min: 0, max: 6, queue: {sqs: jobs, per_replica: 5}",
}
KEDA = "keda.sh/v1alpha1"


@dataclass(frozen=True, kw_only=True)
class News:
    """The app `news` in a lab, and what it follows; the app `lost` follows what nobody answers."""

    teams: Teams
    sources: Sources
    broker: Broker

    def replicas(self) -> dict[str, int]:
        found = self.teams.api.list("apps/v1", "Deployment", "news")
        return {one["metadata"]["name"]: one["spec"]["replicas"] for one in found}

    def await_replicas(self, name: str, count: int, *, within_s: float = 60) -> None:
        def there() -> None:
            if (found := self.replicas())[name] != count:
                scaled = self.teams.api.get(KEDA, "ScaledObject", name, "news") or {}
                raise NotYet(f"{found}, {scaled.get('status', {}).get('conditions')}")

        wait_for(f"{count} of {name}", there, within_s=within_s)

    def sync(self) -> None:
        """Have Flux apply `news` once more; it does not come to an end with `lost`."""
        token = request(self.teams.api, KUSTOMIZE, "Kustomization", "apps-news")

        def done() -> None:
            one = self.kustomization("news")
            if one["status"].get("lastHandledReconcileAt") != token or not is_settled(one):
                raise NotYet(describe(one))

        wait_for("Flux to apply the app once more", done, within_s=60)
        assert condition(self.kustomization("news"), "Ready") == "True"

    def kustomization(self, app: str) -> Body:
        return self.teams.api.get(KUSTOMIZE, "Kustomization", f"apps-{app}", "flux-system") or {}


def app(name: str, follows: dict[str, str], externals: list[str]) -> str:
    workloads = "".join(
        f'  - {{kind: Service, name: {one}, image: "{IMAGE}", resources: {{cpu: 100m, memory: 64Mi}}, '
        f"autoscale: {{{words}}}}}\n"
        for one, words in follows.items()
    )
    login = "{kind: Secret, name: bus-login, keys: [user, password], why: made by this test}"
    lines = "".join(f"  - {one}\n" for one in [login, *externals])
    return f"name: {name}\nteam: news\nexternals:\n{lines}workloads:\n{workloads}"


def write_repository(root: Path, bus: int, sources: Sources) -> None:
    known = [
        f'{{kind: Kafka, name: bus, address: ["127.0.0.1:{bus}"], tls: true, sign_in: scram-sha-512, {LOGIN}}}',
        f'{{kind: NATS, name: stream, address: ["127.0.0.1:4222", "http://127.0.0.1:{sources.http}"]}}',
        f'{{kind: RabbitMQ, name: rabbit, address: "http://127.0.0.1:{sources.http}/team", {LOGIN}}}',
        f'{{kind: Redis, name: cache, address: "127.0.0.1:{sources.redis}"}}',
        f'{{kind: Prometheus, name: numbers, address: "http://127.0.0.1:{sources.http}", {LOGIN}}}',
    ]
    away = [
        f'{{kind: Kafka, name: bus, address: ["127.0.0.1:1"], tls: true, sign_in: scram-sha-512, {LOGIN}}}',
        f'{{kind: RabbitMQ, name: rabbit, address: "amqp://127.0.0.1:1/team", {LOGIN}}}',
        '{kind: SQS, name: jobs, address: "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"}',
    ]
    texts = {"clusters/lab/cluster.yaml": CLUSTER, "apps/news.yaml": app("news", FOLLOWS, known)}
    texts["apps/lost.yaml"] = app("lost", LOST, away)
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def hurry(folder: Path) -> None:
    """Ask every second, and wait a few before the last replica goes."""
    for file in folder.glob("ScaledObject.*.yaml"):
        (document,) = read(file.read_bytes(), file=file.name)
        document.body["spec"] |= {"pollingInterval": 1, "cooldownPeriod": 3}
        file.write_text(write(document.body))


def start(teams: Teams, root: Path) -> None:
    """The Secret that another team makes; then Flux."""
    for name in ("news", "lost"):
        about = {"name": "bus-login", "namespace": name}
        teams.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, manager="others")
        said = {"user": USER, "password": PASSWORD}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": said}
        teams.api.apply(secret, manager="others")
    cluster = teams.platform.clusters[0]
    for name in ("news", "lost"):
        hurry(root / "dist/lab/apps" / name)
    checkout = deliver(teams.lab.layout, cluster, root / "dist")
    bootstrap(teams.lab, cluster, checkout)
    commit = checkout.git("rev-parse", "HEAD")
    fetch(teams.api, commit)
    await_ready(teams.api, commit, within_s=120, only=("apps-news",))
