"""A mistake must not take a platform down: Flux deletes from the cluster what goes from the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests import yaml
from bayplan.manifests.ref import Ref
from bayplan.render.swap import typed
from bayplan.render.synth_names import KUSTOMIZATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bayplan.render.synth_objects import Held

_NAMED = 5
"""How many of the objects that would go are named in the message."""


def guard(out: Path, old: Mapping[str, bytes], new: Mapping[str, bytes], held: Iterable[Held]) -> None:
    """BadInput when more than a tenth of the objects would go from their cluster, and more than one.

    `old` and `new` are files by path. An object whose file is renamed, or that moves within its cluster, does not go.
    One object may always go: in a small tree a single one is more than a tenth.
    """
    objects = [path for path in old if not path.endswith(f"/{KUSTOMIZATION}")]
    stay = {(one.cluster, one.ref) for one in held}
    gone = [path for path in objects if old[path] != new.get(path) and _identify(path, old[path]) not in stay]
    if len(gone) <= 1 or len(gone) * 10 <= len(objects):
        return
    names = ", ".join(gone[:_NAMED]) + (f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else "")
    what = f"this would remove {len(gone)} of {len(objects)} objects, more than a tenth: {names}"
    raise BadInput([Complaint(file=typed(out), line=0, what=what, fix="If they shall go, add --allow-deletions.")])


def _identify(path: str, data: bytes) -> tuple[str, Ref] | None:
    """Cluster and identity of the object in a file; None where somebody has made it unreadable."""
    try:
        documents = yaml.read(data, file=path)
    except BadInput:
        return None
    body = documents[0].body if len(documents) == 1 else None
    return (path.partition("/")[0], Ref.of(body)) if isinstance(body, dict) else None
