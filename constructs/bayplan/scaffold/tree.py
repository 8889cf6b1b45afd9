"""Where the manifests of a repository lie, as Flux counts its paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.manifests.manifest import Manifest

FLUX = "kustomize.toolkit.fluxcd.io"


def tree_of(folder: Path, manifests: Sequence[Manifest]) -> str:
    """The folder that most paths of Flux's Kustomizations are found below; the nearest to the top of equals.

    A repository that Flux reads as a whole has paths from its top; an artifact is often pushed from a folder below.
    Without any Kustomization it is the one folder that holds manifests, or the whole.
    """
    paths = sorted({path for one in manifests if (path := _path(one))})
    if not paths:
        tops = sorted({one.file.partition("/")[0] for one in manifests if one.ref.kind and "/" in one.file})
        flat = any(one.ref.kind and "/" not in one.file for one in manifests)
        return tops[0] if len(tops) == 1 and not flat else "."
    parents = {parent for one in manifests for parent in Path(one.file).parents}
    candidates = sorted(parents | {Path()}, key=lambda path: (len(path.parts), path.as_posix()))
    found = {path: sum((folder / path / one).is_dir() for one in paths) for path in candidates}
    return max(candidates, key=lambda path: (found[path], -candidates.index(path))).as_posix()


def _path(manifest: Manifest) -> str:
    """The path of a Flux Kustomization, from the top of its source; "" where there is none, or it says nothing."""
    spec = manifest.body.get("spec")
    path = spec.get("path") if manifest.ref.group == FLUX and isinstance(spec, dict) else ""
    text = path.strip().removeprefix("./").strip("/") if isinstance(path, str) else ""
    return "" if ".." in text.split("/") or "\0" in text else text
