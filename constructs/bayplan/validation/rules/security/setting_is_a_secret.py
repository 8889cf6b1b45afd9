"""A setting or an argument holds a secret that anybody can read.

Whoever may read the repository, its history, the pod or its manifest has it: Secrets are guarded by rights of their own
and may be encrypted, settings are not. What has the form of a token or of a key is one; what is only called so is told
as unknown. Take it back where it was given out, then name it: `valueFrom.secretKeyRef`.

Source: <https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.leak import is_called_secret, leak_in
from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat:v1@sha256:4bc453b53cb3d914b45f4b250294236adba2c0e09ff6f03793949e7e39fd4cc1
      env: [{name: QUEUE, value: "amqp://chat:correct-horse@queue.example.com:5672"}]
"""
GOOD = BAD.replace("chat:correct-horse@", "")


@rule(
    "SEC005",
    severity=Severity.RISK,
    kinds=POD_KINDS,
    fix="take it back where it was given out, and read the new one from a Secret",
)
def setting_is_a_secret(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look at every plain value; what it is stands in no message."""
    for container in world.pods.containers_of(workload):
        for index, variable in mappings_at(container.body, "env"):
            name, value = text_at(variable, "name"), text_at(variable, "value")
            where = f"{container.pointer}/env/{index}/value"
            if what := leak_in(value):
                yield Hit(where, f"setting {name} of container {container.name} holds {what}")
            elif value and not is_variable(value) and is_called_secret(name, value):
                told = f"setting {name} of container {container.name} is called like a secret, and its value is plain"
                yield Hit(where, told, Status.UNKNOWN)
        yield from _of_arguments(container)


def _of_arguments(container: Container) -> Iterator[Hit]:
    for field in ("command", "args"):
        written = container.body.get(field)
        for index, text in enumerate(written if isinstance(written, list) else ()):
            if isinstance(text, str) and (what := leak_in(text)):
                yield Hit(f"{container.pointer}/{field}/{index}", f"container {container.name} is handed {what}")
