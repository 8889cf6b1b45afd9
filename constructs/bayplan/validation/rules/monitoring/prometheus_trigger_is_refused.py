"""KEDA refuses a trigger on Prometheus.

The trigger is read when the ScaledObject is reconciled: `serverAddress`, `query` and `threshold` must be there, the
thresholds must be numbers, and the address must be a URL with `http://` or `https://`. Otherwise the autoscaler is not
made (or keeps what it had), and only the condition of the ScaledObject says so. Write what is missing.

Source: <https://keda.sh/docs/latest/scalers/prometheus/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.monitoring.queries import SCALED_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: prometheus
      metadata: {serverAddress: "https://prometheus.example.com", query: sum(chat_waiting), threshold: ten}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("threshold: ten", 'threshold: "10"')

NEEDED = ("serverAddress", "query", "threshold")
NUMBERS = ("threshold", "activationThreshold")


@rule(
    "MON012",
    severity=Severity.LOSS,
    rows=("H7",),
    kinds=SCALED_KINDS,
    fix="write serverAddress (with http://), query and threshold (a number) into the trigger's metadata",
)
def prometheus_trigger_is_refused(scaled: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Read every trigger as KEDA does."""
    for index, trigger in mappings_at(scaled.body, "spec", "triggers"):
        if text_at(trigger, "type") == "prometheus":
            yield from faults(mapping_at(trigger, "metadata"), pointer("spec", "triggers", index, "metadata"))


def faults(metadata: dict[str, Any], where: str) -> Iterator[Hit]:
    """What KEDA does not take of one trigger."""
    for key in NEEDED:
        if metadata.get(key) in (None, ""):
            yield Hit(where, f"has no {key}")
    for key in NUMBERS:
        text = text_at(metadata, key)
        if text and not is_variable(text) and not is_number(text):
            yield Hit(f"{where}/{key}", f"{key} {text} is no number")
    address = text_at(metadata, "serverAddress")
    if address and not is_variable(address) and not address.lower().startswith(("http://", "https://")):
        yield Hit(f"{where}/serverAddress", f"{address} is no URL: http:// or https:// must stand before it")


def is_number(text: str) -> bool:
    """Whether Go reads a text as a number."""
    try:
        float(text)
    except ValueError:
        return text.lower().startswith(("0x", "+0x", "-0x"))
    return text == text.strip() and "_" not in text
