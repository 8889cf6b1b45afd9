"""An object is larger than the API server stores.

A ConfigMap or Secret holds 1 MiB of data, all annotations of an object together 256 KiB, and etcd takes 1.5 MiB for
one object. What is larger is refused, and with it everything that Flux applies together with it. Split it, leave out
descriptions (CustomResourceDefinitions), or keep the data elsewhere.

Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>,
<https://etcd.io/docs/v3.6/dev-guide/limit/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.flux.sizes import annotations_size, data_size, may_be_large, object_size
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = f"""
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  namespace: web
  annotations: {{example.com/notes: "{"many words " * 24000}"}}
"""
GOOD = BAD.replace("many words ", "")

MOST_DATA = 1 << 20
MOST_ANNOTATIONS = 256 << 10
MOST_STORED = 1536 << 10


@rule("FLX017", severity=Severity.SYNC, rows=("F9",), fix="split it, or keep the data elsewhere")
def object_is_too_large(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Weigh what has a limit of its own, then the whole."""
    size = annotations_size(manifest.body)
    if size > MOST_ANNOTATIONS:
        yield Hit("/metadata/annotations", f"are {size:,} bytes together, {MOST_ANNOTATIONS:,} are allowed")
        return
    if not may_be_large(manifest, world):
        return
    size = data_size(manifest)
    if size > MOST_DATA:
        yield Hit("/data", f"holds {size:,} bytes, {MOST_DATA:,} are allowed")
        return
    size = object_size(manifest)
    if size > MOST_STORED:
        yield Hit("", f"is {size:,} bytes, etcd takes {MOST_STORED:,}")
