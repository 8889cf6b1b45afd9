"""A trigger reads an environment variable that its target does not have.

KEDA takes the value from the pod template of what it scales: from the first container, or the one that is named. A
variable or container that is not there leaves the parameter empty, the scaler is not built, and nothing is scaled.

Source: <https://keda.sh/docs/latest/concepts/authentication/#environment-variables>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT, autoscaler_of
from bayplan.validation.triggers import Variable, credentials_of, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: worker, namespace: chat}
spec:
  scaleTargetRef: {name: worker}
  triggers:
    - type: rabbitmq
      metadata: {queueName: index, mode: QueueLength, value: "5", hostFromEnv: QUEUE_URL}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: chat}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers:
        - name: worker
          image: registry.example.com/worker@sha256:0
          env: [{name: QUEUE_UR, value: "amqp://queue.chat:5672"}]
"""
GOOD = BAD.replace("QUEUE_UR,", "QUEUE_URL,")


@rule(
    "SCL008",
    severity=Severity.LOSS,
    rows=("H5",),
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="name a variable and container of the target's pod template",
)
def trigger_reads_no_such_variable(scaled: Manifest, world: World) -> Iterator[Hit]:
    """Look up every variable that triggers and their credentials take from the target."""
    containers = containers_of(scaled, world)
    if not containers:
        return  # no target (SCL001), or one whose template is not known
    for variable in wanted(scaled, world):
        names = [text_at(one, "name") for one in containers]
        if variable.container and variable.container not in names:
            has = ", ".join(names)
            yield Hit(variable.pointer, f"reads from container {variable.container}; the target has only {has}")
            continue
        body = containers[names.index(variable.container) if variable.container else 0]
        if not is_variable(variable.name) and lacks(body, variable.name, scaled.ref.namespace, world):
            told = f"reads variable {variable.name}, which container {text_at(body, 'name')} does not have"
            yield Hit(variable.pointer, told)


def containers_of(scaled: Manifest, world: World) -> list[dict[str, object]]:
    """The containers of what is scaled, as KEDA sees them: without init containers."""
    if kind_of(scaled) == SCALED_JOB:
        return [one for _, one in mappings_at(scaled.body, "spec", "jobTargetRef", "template", "spec", "containers")]
    target = autoscaler_of(scaled).target
    found = world.inventory.by_ref.get(target, ())
    template = mapping_at(found[0].body, "spec", "template", "spec") if len(found) == 1 else {}
    return [one for _, one in mappings_at(template, "containers")]


def wanted(scaled: Manifest, world: World) -> Iterator[Variable]:
    """Variables that are named by triggers, and by the credentials of this namespace or the cluster."""
    at = ("spec", "envSourceContainerName") if kind_of(scaled) == SCALED_JOB else ()
    container = text_at(scaled.body, *(at or ("spec", "scaleTargetRef", "envSourceContainerName")))
    yield from variables_of(scaled, container)
    for one in credentials_of(scaled):
        for found in world.by_name.get((one.kind, one.name), ()):
            if found.ref.namespace in ("", scaled.ref.namespace):
                for _, item in mappings_at(found.body, "spec", "env"):
                    yield Variable(text_at(item, "name"), text_at(item, "containerName"), one.pointer)


def lacks(body: dict[str, object], name: str, namespace: str, world: World) -> bool:
    """Whether a container surely has no variable of a name; ConfigMaps and Secrets are looked into."""
    if any(text_at(item, "name") == name for _, item in mappings_at(body, "env")):
        return False
    for _, source in mappings_at(body, "envFrom"):
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if key in source:
                keys = world.contents.keys(kind, namespace, text_at(source, key, "name"))
                if keys is None or name.removeprefix(text_at(source, "prefix")) in keys:
                    return False
    return True
