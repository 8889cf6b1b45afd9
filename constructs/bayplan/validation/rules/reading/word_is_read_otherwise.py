"""A word without quotes is read otherwise than it looks.

Kubernetes reads YAML by the rules of 2005: `y` and `n` are true and false, `010` is eight, `1_000` is a thousand, and
`1e3`, which may be the beginning of a commit's name, is a thousand as well. Where the field is known and of another
type, its schema tells; in free values (of a chart, of a custom resource) nobody does. Put text in quotes, and write
numbers plainly.

Source: <https://pkg.go.dev/sigs.k8s.io/yaml>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.manifests.lines import Lines
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: chat, namespace: chat}
spec:
  minReadySeconds: 010
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
      - name: chat
        image: registry.example.com/chat:v1@sha256:4bc453b53cb3d914b45f4b250294236adba2c0e09ff6f03793949e7e39fd4cc1
"""
GOOD = BAD.replace("010", "10")


@rule(
    "YML002",
    severity=Severity.RISK,
    rows=("Y1",),
    confidence=Confidence.LOW,
    fix="put it in quotes if it is text; write a number plainly, without a leading zero, `_` or `e`",
)
def word_is_read_otherwise(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell each such word and what it is read as, but for those that the schema tells."""
    if not isinstance(manifest.lines, Lines) or not manifest.lines.odd:
        return
    told = {hit.pointer for hit in world.verdicts.of(manifest, "SCH001")}
    for pointer, word, value in manifest.lines.odd:
        if str(value) != word and pointer not in told:
            yield Hit(pointer, f"{word} without quotes is read as {json.dumps(value)}")
