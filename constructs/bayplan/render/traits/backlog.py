"""What KEDA asks on behalf of an autoscaler: streams, queues, Prometheus, the clock.

The fields were read in the scalers of KEDA 2.21: <https://github.com/kedacore/keda/tree/v2.21.0/pkg/scalers>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.address import endpoint, scheme
from bayplan.spec.secret import key_of, name_of
from bayplan.spec.traits.autoscale import MEASURED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.external import External
    from bayplan.spec.traits.autoscale import Autoscale
    from bayplan.spec.traits.backlog import Lag, QueueLength

_SASL = {"plain": "plaintext", "scram-sha-256": "scram_sha256", "scram-sha-512": "scram_sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A trigger of KEDA, and the external that it asks; None where it asks none that has to know who asks."""

    type: str
    metadata: Mapping[str, str]
    metric_type: str = ""
    external: External | None = None

    def body(self, workload: str) -> Body:
        """As the ScaledObject of a workload has it."""
        external = self.external
        auth = {"name": auth_name(workload, external)} if external and signs_in(external) else None
        metadata = {key: value for key, value in self.metadata.items() if value}
        return {
            "type": self.type,
            "metricType": self.metric_type or None,
            "metadata": metadata,
            "authenticationRef": auth,
        }


def asked_by(
    autoscale: Autoscale, *, name: str, pods: str, container: str, site: Site, externals: Mapping[str, External]
) -> Iterator[Asked]:
    """All that an autoscaler follows; `pods` is a pattern of their names.

    `externals` are those of the app with an address, by name.
    """
    for resource, share in (("cpu", autoscale.cpu_share), ("memory", autoscale.memory)):
        if share:
            # of the program alone: the mesh's proxy would blur a share of the pod
            metadata = {"value": share.removesuffix("%"), "containerName": container}
            yield Asked(type=resource, metadata=metadata, metric_type="Utilization")
    for word in MEASURED:
        if target := getattr(autoscale, word):
            yield _measured(word, target, name, pods, site)
    if autoscale.query:
        query, other = autoscale.query, externals.get(autoscale.query.prometheus or "")
        address = other.address[0] if other else site.prometheus
        asked = _prometheus(
            address, query.promql, query.per_replica, wake_above=query.wake_above, modes=_modes(other) if other else ""
        )
        yield Asked(type=asked.type, metadata=asked.metadata, metric_type=asked.metric_type, external=other)
    if autoscale.lag:
        yield _lag(autoscale.lag, externals[autoscale.lag.source])
    if autoscale.queue:
        yield _queue(autoscale.queue, externals[autoscale.queue.source])
    for window in autoscale.schedule:
        hours = {"timezone": autoscale.time_zone, "start": window.start, "end": window.end}
        yield Asked(type="cron", metadata={**hours, "desiredReplicas": str(window.min)})


def auth_name(workload: str, external: External) -> str:
    """Name of a TriggerAuthentication; with a dot, so that it is no other workload's."""
    return f"{workload}.{external.name}"


def signs_in(external: External) -> bool:
    """Whether it wants to know who asks."""
    return bool(external.login) or external.kind == "SQS"


def sign_in(external: External) -> Body:
    """The spec of a TriggerAuthentication. Where nothing is said, AWS knows KEDA by its own service account."""
    if not external.login:
        return {"podIdentity": {"provider": "aws"}}
    return {
        "secretTargetRef": [
            {"parameter": parameter, "name": name_of(secret), "key": key_of(secret)}
            for parameter, secret in sorted(external.login.items())
        ]
    }


def _measured(word: str, target: str, name: str, names: str, site: Site) -> Asked:
    """Requests as callers' proxies count them, since these also count those that nobody answers; the rest by pods."""
    service = f'reporter="source",destination_service_namespace="{site.app}",destination_service_name="{name}"'
    pods = f'namespace="{site.app}",pod=~"{names}"'
    of_others = re.sub("(namespace|pod)=", r"exported_\1=", pods)  # where Prometheus keeps its own labels apart
    busy = "DCGM_FI_DEV_GPU_UTIL"
    queries = {
        "requests_per_second": f"sum(rate(istio_requests_total{{{service}}}[2m]))",
        # requests that end in a second, times how long each took: as many are under way on average (Little's law)
        "concurrency": f"sum(rate(istio_request_duration_milliseconds_sum{{{service}}}[2m])) / 1000",
        "tokens_per_second": f"sum(rate(vllm:generation_tokens_total{{{pods}}}[2m]))",
        "gpu": f"avg({busy}{{{of_others}}} or {busy}{{{pods}}})",
    }
    is_share = target.endswith("%")
    # without any request so far there is no series yet, and that is no failure; other numbers are always there
    quiet = word in ("requests_per_second", "concurrency")
    threshold = target.removesuffix("%")
    return _prometheus(site.prometheus, queries[word], threshold, is_share=is_share, none_is_zero=quiet)


def _prometheus(
    address: str,
    query: str,
    threshold: str,
    *,
    wake_above: str = "0",
    is_share: bool = False,
    none_is_zero: bool = False,
    modes: str = "",
) -> Asked:
    metadata = {
        "serverAddress": address if scheme(address) else f"http://{address}",
        "authModes": modes,
        "query": query,
        "threshold": threshold,
        "activationThreshold": wake_above,
        "ignoreNullValues": str(none_is_zero).lower(),
    }
    return Asked(type="prometheus", metadata=metadata, metric_type="Value" if is_share else "AverageValue")


def _modes(external: External) -> str:
    """How it is signed in to: of a TriggerAuthentication, KEDA reads for Prometheus what is named here alone."""
    modes = {"password": "basic", "cert": "tls"}
    return ",".join(mode for parameter, mode in modes.items() if parameter in external.login)


def _lag(lag: Lag, external: External) -> Asked:
    bounds = {"lagThreshold": str(lag.per_replica), "activationLagThreshold": str(lag.wake_above)}
    if lag.nats:
        monitoring = next(one for one in external.address if scheme(one) in ("http", "https"))
        return Asked(
            type="nats-jetstream",
            metadata={
                "natsServerMonitoringEndpoint": _socket(monitoring),
                "account": lag.account,
                "stream": lag.stream or "",
                "consumer": lag.consumer or "",
                "useHttps": str(scheme(monitoring) == "https").lower(),
                **bounds,
            },
            external=external,
        )
    metadata = {
        "bootstrapServers": ",".join(map(_socket, external.address)),
        "consumerGroup": lag.group or "",
        "topic": lag.topic or "",
        "tls": "enable" if external.tls else "",
        "sasl": _SASL[external.sign_in] if external.sign_in else "",
        **bounds,
    }
    return Asked(type="kafka", metadata=metadata, external=external)


def _queue(queue: QueueLength, external: External) -> Asked:
    address, most, wake = external.address[0], str(queue.per_replica), str(queue.wake_above)
    if queue.sqs:
        region = endpoint(address)[0].split(".")[1]
        metadata = {"queueURL": address, "awsRegion": region, "queueLength": most, "activationQueueLength": wake}
        return Asked(type="aws-sqs-queue", metadata=metadata, external=external)
    if queue.rabbitmq:
        metadata = {"host": address, "queueName": queue.name or "", "mode": "QueueLength"}
        return Asked(type="rabbitmq", metadata={**metadata, "value": most, "activationValue": wake}, external=external)
    metadata = {"address": _socket(address), "listName": queue.list or "", "listLength": most}
    tls = "true" if external.tls or scheme(address) == "rediss" else ""
    return Asked(type="redis", metadata={**metadata, "activationListLength": wake, "enableTLS": tls}, external=external)


def _socket(address: str) -> str:
    host, port = endpoint(address)
    return f"{host}:{port}"
