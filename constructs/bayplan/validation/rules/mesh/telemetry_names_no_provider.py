"""A Telemetry asks for access logs and names no provider.

Without providers the mesh's default ones are meant; if the mesh has none for access logs, the setting is ignored and
nothing is logged. Name the provider, `envoy` for logs on standard output, or set `defaultProviders.accessLogging` of
the mesh.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0157/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    mappings_at,
    value_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.kinds import TELEMETRY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: logs, namespace: chat}
spec: {accessLogging: [{filter: {expression: "response.code >= 500"}}]}
"""
GOOD = BAD.replace("accessLogging: [{", "accessLogging: [{providers: [{name: envoy}], ")


@rule(
    "MSH031",
    severity=Severity.LOSS,
    rows=("I5",),
    kinds=(TELEMETRY,),
    fix="name the provider: providers: [{name: envoy}]",
)
def telemetry_names_no_provider(telemetry: Manifest, world: World) -> Iterator[Hit]:
    """Look for logs without a provider, unless the mesh has a default."""
    for index, logs in mappings_at(telemetry.body, "spec", "accessLogging"):
        if logs.get("disabled") is not True and not mappings_at(logs, "providers"):
            config = world.mesh.config
            if value_at(config, "defaultProviders", "accessLogging"):
                return
            doubt = "" if config else ", and what the mesh has for default is not in this tree"
            told = f"asks for access logs without a provider{doubt}"
            where = pointer("spec", "accessLogging", index)
            yield Hit(where, told, Status.BROKEN if config else Status.UNKNOWN)
