"""A waiver accepts something that is not found.

What it was written for is mended, or has moved; what comes next with the same code would be accepted unseen, for a
reason that nobody gave for it. Take the waiver away, or correct the code, the object or the part that it names.

Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata:
  name: chat
  namespace: chat
  annotations: {bayplan.dev/waive: "NET001 until 2031-01-31: its pods come with the next release"}
spec: {type: ExternalName, externalName: chat.example.com}
"""
GOOD = """
apiVersion: v1
kind: Service
metadata:
  name: chat
  namespace: chat
  annotations: {bayplan.dev/waive: "NET001 until 2031-01-31: its pods come with the next release"}
spec:
  selector: {app: chat}
  ports: [{name: http, port: 80}]
"""


@rule("WVR003", severity=Severity.RISK, fix="take the waiver away, or correct what it names")
def waiver_waives_nothing(_manifest: Manifest, _world: World) -> Iterator[Hit]:
    """Nothing yet: what is not found is known when all rules have spoken, so that the run itself tells it."""
    yield from ()
