"""A file cannot be read.

Flux builds all files of a path at once: with one that it cannot read (a key that stands there twice, a tab that
indents), it applies none of them. What it reads otherwise than its author may have meant is found here too: a tag that
nobody knows is dropped, and the bare value applied. The reader finds it before any rule runs: what stands in the file
may be missing elsewhere.

Source: <https://yaml.org/spec/1.2.2/>
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
kind: ConfigMap
metadata: {name: chat, namespace: chat}
data: {model: tiny, model: large}
"""
GOOD = BAD.replace(", model: large", "")


@rule(
    "YML001", severity=Severity.SYNC, rows=("Y1",), kinds=("(no object)",), fix="write it as YAML that Kubernetes reads"
)
def file_cannot_be_read(_manifest: Manifest, _world: World) -> Iterator[Hit]:
    """Nothing to add: what can be read is no file that cannot."""
    yield from ()
