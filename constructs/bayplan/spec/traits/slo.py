"""What callers of a server are promised, and its team is told when it is about to break."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

LATENCIES_MS = {
    "5ms": 5, "10ms": 10, "25ms": 25, "50ms": 50, "100ms": 100, "250ms": 250, "500ms": 500,
    "1s": 1000, "2500ms": 2500, "5s": 5000, "10s": 10_000, "30s": 30_000, "1m": 60_000, "5m": 300_000,
}  # fmt: skip
"""Where the mesh's proxies cut their histograms: between two of these nobody can tell how many were late."""
_TARGET = re.compile(r"9[0-9](\.[0-9]{1,3})?%")
LEAST_HUNDREDTHS = 95


def _check_latency(text: str) -> str:
    if text not in LATENCIES_MS:
        fix = f"The mesh counts at {', '.join(LATENCIES_MS)}: write one of them."
        refuse(f"{show(text)} is nothing that the mesh counts at", fix)
    return text


def _check_target(text: str) -> str:
    if not _TARGET.fullmatch(text) or Decimal(text.removesuffix("%")) < LEAST_HUNDREDTHS:
        refuse(f"{show(text)} is no share from 95% to 99.999%", 'Write it with its sign and in quotes: "99.9%".')
    return text


LatencyText = Annotated[
    str, AfterValidator(_check_latency), Field(json_schema_extra={"enum": list(LATENCIES_MS), "examples": ["250ms"]})
]
TargetText = Annotated[
    str, AfterValidator(_check_target), Field(json_schema_extra={"pattern": _TARGET.pattern, "examples": ["99.9%"]})
]


class Slo(Word):
    """What callers are promised over 30 days, as the mesh counts their requests. Needs istio and prometheus.

    The team is alerted while enough of the promise is left to act: soon when much fails, later when little does.
    The cluster's Prometheus has to select the rules, by namespace and label.
    """

    availability: TargetText | None = None
    """Share of requests that are answered without an error of the server: `"99.9%"`. By default nothing is promised."""
    latency: LatencyText | None = None
    """How long an answer may take: `250ms`. By default nothing is promised."""
    within: TargetText = "99%"
    """Share of requests that are answered within `latency`."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if not self.availability and not self.latency:
            fix = 'Say availability: "99.9%", or latency: 250ms.'
            refuse_all([Wrong(what="nothing is promised", fix=fix, at="/availability")])
        if "within" in self.model_fields_set and not self.latency:
            refuse_all([Wrong(what="within without latency", fix="Say latency: 250ms, or remove it.", at="/within")])
        return self
