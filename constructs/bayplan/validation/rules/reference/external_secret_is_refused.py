"""An ExternalSecret contradicts itself.

The webhook of External Secrets turns the object down, and Flux applies nothing of its Kustomization: it takes nothing
from anywhere, one entry takes its values in two ways, one key is said twice, or the Secret is to be deleted by somebody
who does not own it. Without a store it is taken, and never makes its Secret. Say one way for each entry, and each key
once.

Source: <https://external-secrets.io/latest/api/externalsecret/>,
<https://external-secrets.io/latest/guides/ownership-deletion-policy/>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]

BAD = """
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: bus, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  dataFrom: [{extract: {key: chat/bus}, find: {name: {regexp: "^bus-"}}}]
"""
GOOD = BAD.replace(', find: {name: {regexp: "^bus-"}}', "")
DURATION = re.compile(r"[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+)")
"""As Go reads it."""


@rule(
    "REF031",
    severity=Severity.SYNC,
    rows=("W5",),
    kinds=("ExternalSecret.external-secrets.io",),
    fix="say where each key comes from, once",
)
def external_secret_is_refused(secret: Manifest, _: World) -> Iterator[Hit]:
    """Judge what is taken, and what becomes of it."""
    spec = mapping_at(secret.body, "spec")
    data, whole = mappings_at(spec, "data"), mappings_at(spec, "dataFrom")
    if not value_at(spec, "data") and not value_at(spec, "dataFrom"):
        yield Hit("/spec", "takes nothing: neither data nor dataFrom")
    for number, one in whole:
        yield from _ways(one, f"/spec/dataFrom/{number}")
    kept = text_at(spec, "target", "deletionPolicy") or "Retain"
    made = text_at(spec, "target", "creationPolicy") or "Owner"
    if (kept, made) in {("Delete", "Merge"), ("Delete", "None"), ("Merge", "None")}:
        message = f"deletionPolicy {kept} does not go with creationPolicy {made}: the Secret is somebody else's"
        yield Hit("/spec/target/deletionPolicy", message)
    interval = text_at(spec, "refreshInterval")
    if interval and not is_variable(interval) and not DURATION.fullmatch(interval):
        yield Hit("/spec/refreshInterval", f"{interval} is no duration, such as 1h or 1h30m")
    seen: set[str] = set()
    for number, one in data if kept == "Retain" else ():
        key = text_at(one, "secretKey")
        if key and key in seen:
            yield Hit(f"/spec/data/{number}/secretKey", f"says {key} a second time")
        seen.add(key)
    if not text_at(spec, "secretStoreRef", "name"):
        yield from _without_store(data, whole)


def _ways(one: Body, at: str) -> Iterator[Hit]:
    """An entry of dataFrom takes all of one value, finds some, or has them made."""
    source = mapping_at(one, "sourceRef")
    ways: list[str] = [way for way in ("extract", "find") if way in one]
    ways += ["sourceRef.generatorRef"] if "generatorRef" in source else []
    if len(ways) > 1:
        yield Hit(at, f"takes its values in {len(ways)} ways: {', '.join(ways)}")
    elif not ways and not source:
        yield Hit(at, "takes nothing: say extract, find, or a generator")
    if "sourceRef" in one and not source.keys() & {"generatorRef", "storeRef"}:
        yield Hit(f"{at}/sourceRef", "names neither a generator nor a store")


def _without_store(data: list[tuple[int, Body]], whole: list[tuple[int, Body]]) -> Iterator[Hit]:
    for part, entries in (("data", data), ("dataFrom", whole)):
        for number, one in entries:
            source = mapping_at(one, "sourceRef")
            name = text_at(source, "storeRef", "name")
            if not name and "generatorRef" not in source and not is_variable(name):
                yield Hit(f"/spec/{part}/{number}", "comes from no store: secretStoreRef is not said either")
