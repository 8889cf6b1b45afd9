"""From the tree of constructs to the folder that Flux syncs.

objects_of -> files (one text an object, read back by another parser) -> compare with what stands -> stage -> swap in
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.manifests import yaml
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.lines import FileLines, Lines
from bayplan.manifests.manifest import Manifest
from bayplan.render.staging import fill, survey
from bayplan.render.swap import stage_for, swap_in
from bayplan.render.synth_deletions import guard
from bayplan.render.synth_names import KUSTOMIZATION, name_files
from bayplan.render.synth_objects import objects_of
from bayplan.render.synth_proof import says

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import cdk8s

    from bayplan.render.staging import Standing
    from bayplan.render.synth_objects import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one synth did to the tree."""

    inventory: Inventory
    """What now stands."""
    added: tuple[str, ...]
    """Paths below the tree, sorted, as in `changed` and `removed`."""
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    """Files that were and are the same."""


def synth(app: cdk8s.App, out: Path, *, allow_deletions: bool = False) -> Written:
    """Write every object of an app below `out`, one a file, with a `kustomization.yaml` in every folder.

    All or nothing: `out` is the old tree until the new one is complete, was read back and compared, and then it is the
    new one; where nothing changed, nothing is touched. Files of objects that are gone go with them. Raises BadInput for
    what must not be written, for what lies in `out` and is not ours, when the disk is full or read-only, and when more
    than a tenth of the objects would go, unless that is allowed.
    """
    with yaml.collection_paused():
        held, files = render(app)
        with stage_for(out) as staging:
            standing = survey(out)
            if not allow_deletions:
                guard(out, standing.files, files, held.values())
            if files != standing.files:
                fill(staging, out, files, standing)
                swap_in(staging, out)
        return _tell(held, files, standing)


def render(app: cdk8s.App) -> tuple[Mapping[str, Held], Mapping[str, bytes]]:
    """Objects and bytes by the path of their file below the tree; bytes of `kustomization.yaml`, too."""
    held = _name(objects_of(app))
    return held, _files_of(held)


def _name(objects: Iterable[Held]) -> dict[str, Held]:
    """Objects by the path of their file, sorted."""
    named: dict[str, Held] = {}
    for folder, group in groupby(sorted(objects, key=lambda one: one.folder), lambda one: one.folder):
        here = list(group)
        names = name_files(folder, (one.ref for one in here))
        named |= {f"{folder}/{names[one.ref]}": one for one in here}
    return dict(sorted(named.items()))


def _files_of(held: Mapping[str, Held]) -> dict[str, bytes]:
    """The bytes of every file, proven to say what they should."""
    files = {path: yaml.write(one.body).encode() for path, one in held.items()}
    fix = "Please report this object: bayplan writes it wrongly."
    wrong = [one for path, one in held.items() if not says(files[path], one.body)]
    if wrong:
        raise BadInput(one.complain("does not read back as the same object", fix) for one in wrong)
    folders: dict[str, list[str]] = {}
    for path in held:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    for folder, names in folders.items():
        body = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": sorted(names)}
        files[f"{folder}/{KUSTOMIZATION}"] = yaml.write(body).encode()
    return files


def _tell(held: Mapping[str, Held], files: Mapping[str, bytes], standing: Standing) -> Written:
    old = standing.files
    both = files.keys() & old.keys()
    changed = tuple(sorted(path for path in both if files[path] != old[path]))
    manifests = tuple(
        Manifest(ref=one.ref, body=one.body, file=path, line=1, lines=Lines(FileLines(files[path]), 0))
        for path, one in held.items()
    )
    return Written(
        inventory=Inventory(manifests=manifests),
        added=tuple(sorted(files.keys() - old.keys())),
        changed=changed,
        removed=tuple(sorted(old.keys() - files.keys())),
        unchanged=len(both) - len(changed),
    )
