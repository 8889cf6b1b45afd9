"""A waiver has no reason, no end, or cannot be read at all.

Such a waiver accepts nothing: the finding that it was written for is reported beside it. Who reads the annotation in a
year must know why somebody took the risk, and on which day to look again. Write `CODE until DAY: reason`, several on
lines of their own.

Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.registry import codes
from bayplan.validation.rule import Hit, rule
from bayplan.validation.waivers import WHERE

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
  annotations: {bayplan.dev/waive: "NET001"}
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


@rule("WVR001", severity=Severity.RISK, fix='write "CODE until 2027-01-31: reason", with a code that a finding shows')
def waiver_cannot_be_read(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield every waiver of an object that says too little."""
    for one in world.waivers.on(manifest):
        if one.wrong:
            yield Hit(WHERE, one.wrong)
        elif one.waiver and one.waiver.rule not in codes():
            yield Hit(WHERE, f"the waiver is for {one.waiver.rule}, and no rule has that code")
