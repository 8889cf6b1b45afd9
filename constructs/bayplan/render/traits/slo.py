"""Alerts on what callers are promised."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels
from bayplan.spec.traits.slo import LATENCIES_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.traits.slo import Slo as Spec

BURNS = (
    ("1h", "5m", Decimal("14.4"), "page"),
    ("6h", "30m", Decimal(6), "page"),
    ("1d", "2h", Decimal(3), "ticket"),
    ("3d", "6h", Decimal(1), "ticket"),
)
"""Long and short window, how many times too fast the promise is used up, and who is told."""
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
FAILED_CALLS = "2|4|12|13|14|15"
"""gRPC's unknown, deadline exceeded, unimplemented, internal, unavailable, data loss: no fault of the caller."""


class Slo(ApiObject):
    """A PrometheusRule: shares of bad requests, recorded once for each window, and alerts when two windows agree.

    The long window says that it matters, the short one that it still goes on. Requests are counted by the callers'
    proxies, which also see those that nobody answered; without requests there is nothing to tell.
    Source: <https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Slo",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        slo: Spec,
        protocol: str = "http",
    ) -> None:
        own = {"app": site.app, "team": site.team, "workload": name}
        groups = []
        requests = f'reporter="source",destination_service_namespace="{site.app}",destination_service_name="{name}"'
        if slo.availability:
            groups.append(_group("availability", slo.availability, _errors(requests, protocol), own, "fail"))
        if slo.latency:
            late, what = _late(requests, LATENCIES_MS[slo.latency]), f"take longer than {slo.latency}"
            groups.append(_group("latency", slo.within, late, own, what))
        body = {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": name, "namespace": site.app, "labels": labels(site, name)},
            "spec": {"groups": groups},
        }
        super().__init__(scope, id, body=body, origin=slo.origin)


def _errors(requests: str, protocol: str) -> str:
    failed = f'rate(istio_requests_total{{{requests},response_code=~"5.."}}[WINDOW])'
    if protocol == "grpc":
        failed += f' or rate(istio_requests_total{{{requests},grpc_response_status=~"{FAILED_CALLS}"}}[WINDOW])'
    return f"sum({failed}) / sum(rate(istio_requests_total{{{requests}}}[WINDOW]))"


def _late(requests: str, most_ms: int) -> str:
    series = "istio_request_duration_milliseconds"
    bound = f'le=~"{most_ms}([.]0)?"'  # Prometheus 3 writes 250.0, those before 250
    in_time = f"sum(rate({series}_bucket{{{requests},{bound}}}[WINDOW]))"
    return f"1 - {in_time} / sum(rate({series}_count{{{requests}}}[WINDOW]))"


def _group(promise: str, target: str, share: str, own: dict[str, str], what: str) -> Body:
    rules = [
        {"record": _recorded(window), "expr": share.replace("WINDOW", window), "labels": own | {"slo": promise}}
        for window in WINDOWS
    ]
    return {"name": f"{own['workload']}.{promise}", "rules": [*rules, *_alerts(promise, target, own, what)]}


def _recorded(window: str) -> str:
    return f"workload:slo_bad_requests:ratio_rate{window}"


def _alerts(promise: str, target: str, own: dict[str, str], what: str) -> Iterator[Body]:
    left = 1 - Decimal(target.removesuffix("%")) / 100
    mine = ",".join(f'{key}="{value}"' for key, value in sorted({**own, "slo": promise}.items()))
    look = {
        "availability": "its logs, what was changed last, and whether what it calls answers",
        "latency": "its CPU and accelerators, whether it has all its replicas, what it calls",
    }[promise]
    for long, short, times, severity in BURNS:
        most = format((left * times).normalize(), "f")
        above = f"{times} times what" if times > 1 else "what"
        yield {
            "alert": f"Slo{promise.title()}Burns",
            "expr": " and ".join(f"{_recorded(window)}{{{mine}}} > {most}" for window in (long, short)),
            "labels": {**own, "severity": severity, "slo": promise, "window": long},
            "annotations": {
                "summary": f"{own['app']}/{own['workload']}: {{{{ $value | humanizePercentage }}}} of requests {what}",
                "description": f"Over {long} and {short} that is more than {above} {target} in 30 days "
                f"allow. Look at {look}.",
            },
        }
