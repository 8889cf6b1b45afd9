"""The name of a ScaledObject or ScaledJob is too long for KEDA.

KEDA puts the name into a label, which holds 63 characters, and names the HorizontalPodAutoscaler that it makes
`keda-hpa-<name>`: since KEDA 2.20 its webhook refuses names that make either of the two longer, so a ScaledObject has
54 characters for its own name. Shorten it, or set `horizontalPodAutoscalerConfig.name`. The jobs of a ScaledJob with a
longer name are refused one by one, and nobody is told.

Source: <https://github.com/kedacore/keda/issues/6998>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT, autoscaler_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: answers-questions-about-the-history-of-shipping-in-europe, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}]
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
GOOD = BAD.replace("-in-europe", "")

LONGEST = 63
"""Characters in the value of a label."""
SINCE = (2, 20)
"""The KEDA whose webhook looks at the name of the HorizontalPodAutoscaler."""


@rule(
    "SCL010",
    severity=Severity.SYNC,
    rows=("H8",),
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="shorten the name, or set spec.advanced.horizontalPodAutoscalerConfig.name",
)
def name_of_autoscaler_is_too_long(scaled: Manifest, world: World) -> Iterator[Hit]:
    """Count as KEDA's webhook does."""
    name = scaled.ref.name
    if is_variable(name):
        return
    if len(name) > LONGEST:
        yield Hit("/metadata/name", f"has {len(name)} characters: KEDA needs it in a label, which holds {LONGEST}")
        return
    made = autoscaler_name(scaled) if kind_of(scaled) == SCALED_OBJECT and judges_names(world) else ""
    if len(made) > LONGEST and not is_variable(made):
        where = (
            "/metadata/name" if made.startswith("keda-hpa-") else "/spec/advanced/horizontalPodAutoscalerConfig/name"
        )
        yield Hit(where, f"makes HorizontalPodAutoscaler {made}, {len(made)} characters: KEDA takes {LONGEST}")


def judges_names(world: World) -> bool:
    """Whether the cluster's KEDA is new enough; the newest where nobody says which it is."""
    said = world.cluster.controllers.get("keda", "") if world.cluster else ""
    numbers = [int(part) for part in said.split(".")[:2] if part.isdigit()]
    return not numbers or tuple(numbers) >= SINCE
