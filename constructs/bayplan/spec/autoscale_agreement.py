"""What autoscalers need of clusters and of what an app names: controllers that scale, services that can be asked."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.address import endpoint, scheme
from bayplan.spec.platform import runs_on
from bayplan.spec.traits.autoscale import OWN
from bayplan.spec.workloads.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.external import External
    from bayplan.spec.source import Place, Source
    from bayplan.spec.traits.autoscale import Autoscale
    from bayplan.spec.workloads.server import Server

COUNTED_BY_MESH = ("concurrency", "requests_per_second")
KINDS = {
    "lag/kafka": "Kafka",
    "lag/nats": "NATS",
    "queue/sqs": "SQS",
    "queue/rabbitmq": "RabbitMQ",
    "queue/redis": "Redis",
    "query/prometheus": "Prometheus",
}
"""By the word that names an external, the kind that it must be."""


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """What autoscalers follow and nobody could tell them."""
    for app, source in apps:
        yield from _externals(app, source)
        here = [cluster for cluster, _ in clusters if runs_on(app, cluster)]
        for number, workload in app.servers:
            blind = [cluster.name for cluster in here if "vpa" not in cluster.controllers] if workload.advise else []
            if blind:
                what = f"{workload.name} asks for advice, but cluster {blind[0]} has no vpa, which gives it"
                fix = "Add vpa to the cluster's controllers, or remove advise."
                yield source.place(f"/workloads/{number}/advise").complain(what, fix)
            yield from _watchers(workload, here, source, number)
            if workload.autoscale and not _is_on_ray(workload):
                at = f"/workloads/{number}/autoscale"
                yield from _controllers(workload.name, workload.autoscale, here, source, at)
                yield from _sources(workload.autoscale, app, source, at)


def _is_on_ray(server: Server) -> bool:
    """Whether Ray Serve counts by itself what it follows."""
    return isinstance(server, ModelServer) and server.serving == "ray"


def _externals(app: App, source: Source) -> Iterator[Complaint]:
    names = [one.name if one.address else "" for one in app.externals]
    for number, name in enumerate(names):
        if name and name in names[:number]:
            place = source.place(f"/externals/{number}/name")
            yield place.complain(f"two externals with an address are called '{name}'", "Rename one of them.")


def _watchers(server: Server, clusters: Sequence[Cluster], source: Source, number: int) -> Iterator[Complaint]:
    """Who counts the requests of a promise, and who is asked for it."""
    place = source.place(f"/workloads/{number}/slo")
    for controller, why in {"istio": "whose proxies count requests", "prometheus": "which watches it"}.items():
        without = [cluster.name for cluster in clusters if controller not in cluster.controllers]
        if server.slo and without:
            what = f"{server.name} has an slo, but cluster {without[0]} has no {controller}, {why}"
            yield place.complain(what, f"Add {controller} to the cluster's controllers, or remove slo.")
    if server.slo and isinstance(server, ModelServer) and server.llm and server.serving == "kserve":
        what = f"{server.name} has an slo, but KServe's pods for language models have no proxy that counts requests"
        yield place.complain(what, "Say serving: plain, or remove slo.")


def _controllers(
    name: str, autoscale: Autoscale, clusters: Sequence[Cluster], source: Source, at: str
) -> Iterator[Complaint]:
    """Each controller that is missing once, by the first cluster that lacks it."""
    beyond = [word for word in autoscale.follows if word not in OWN]
    needs = {
        "keda": beyond,
        "prometheus": list(autoscale.asks_prometheus),
        "istio": [word for word in beyond if word in COUNTED_BY_MESH],
    }
    why = {
        "keda": "which scales by it",
        "prometheus": "which is asked for it",
        "istio": "whose proxies count it",
    }
    for controller, words in needs.items():
        without = [cluster.name for cluster in clusters if controller not in cluster.controllers]
        if words and without:
            what = f"{name} follows {words[0]}, but cluster {without[0]} has no {controller}, {why[controller]}"
            fix = f"Add {controller} to the cluster's controllers, or follow cpu or memory."
            yield source.place(f"{at}/{words[0]}").complain(what, fix)


def _sources(autoscale: Autoscale, app: App, source: Source, at: str) -> Iterator[Complaint]:
    """Streams and queues that the app does not name, or names as something else."""
    services = {one.name: one for one in app.externals if one.address}
    for path, kind in KINDS.items():
        word, _, system = path.partition("/")
        said = getattr(getattr(autoscale, word), system, None)
        if not said:
            continue
        place = source.place(f"{at}/{path}")
        if said not in services:
            near = get_close_matches(said, services, n=1)
            add = f'Add it: externals: [{{kind: {kind}, name: {said}, address: "..."}}].'
            what = f"no external with an address is called '{said}'"
            yield place.complain(what, f'Did you mean "{near[0]}"?' if near else add)
        elif services[said].kind != kind:
            yield place.complain(f"'{said}' is a {services[said].kind}", f"Name an external of the kind {kind}.")
        else:
            yield from _address(services[said], place)


def _address(external: External, place: Place) -> Iterator[Complaint]:
    """Addresses that KEDA could not ask."""
    first, schemes = external.address[0], {scheme(one) for one in external.address}
    if external.kind == "SQS" and not (endpoint(first)[0].startswith("sqs.") and scheme(first) == "https"):
        fix = 'Write "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs".'
        yield place.complain(f"the address of '{external.name}' is no URL of a queue", fix)
    if external.kind == "RabbitMQ" and schemes - {"amqp", "amqps", "http", "https"}:
        fix = 'Write "amqp://rabbit.example.com:5672/vhost", or "https://..." for its management.'
        yield place.complain(f"the address of '{external.name}' does not say what it speaks", fix)
    if external.kind == "NATS" and not schemes & {"http", "https"}:
        fix = 'Add it to address: "http://nats.example.com:8222".'
        yield place.complain(f"'{external.name}' has no address where its monitoring answers", fix)
    yield from _login(external, place)


def _login(external: External, place: Place) -> Iterator[Complaint]:
    """What KEDA would not read of a login, and ask all the same; as of 2.21, pkg/scalers."""
    said = external.login
    if external.kind == "RabbitMQ" and (unread := sorted({"ca", "cert", "key"} & set(said))):
        what = f"'{external.name}' has {unread[0]} in its login, which KEDA does not read of a RabbitMQ"
        yield place.complain(what, "Remove it, and let KEDA trust the authority: its flag --ca-dir.")
    if external.kind == "Prometheus" and "ca" in said and not {"password", "cert"} & set(said):
        what = f"'{external.name}' has a ca and nothing to sign in with: KEDA does not read it then"
        yield place.complain(what, "Say username and password, or let KEDA trust the authority: its flag --ca-dir.")
