"""A waiver has ended.

Its last day has gone by: what it accepted is reported again. Somebody wrote that day down to be reminded. Mend the
finding and take the waiver away; or, if the reason still holds, say until when.

Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
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
  annotations: {bayplan.dev/waive: "NET001 until 2020-01-31: its pods come with the next release"}
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


@rule("WVR002", severity=Severity.RISK, fix="mend what it accepted and take it away, or say until when it holds")
def waiver_has_ended(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Yield every waiver of an object whose last day has gone by."""
    for one in world.waivers.on(manifest):
        if one.waiver and one.waiver.is_over(world.settings.today):
            yield Hit(WHERE, f"the waiver of {one.waiver.rule} ended on {one.waiver.until}: {one.waiver.reason}")
