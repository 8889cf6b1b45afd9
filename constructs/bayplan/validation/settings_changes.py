"""ConfigMaps and Secrets whose content has changed under workloads that stay as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import annotation, mapping_at, mappings_at, text_at, value_at
from bayplan.validation.flux.sops import has_cipher
from bayplan.validation.likeness import differences, settled
from bayplan.validation.pods import WORKLOAD_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.references import Reference
    from bayplan.validation.world import World

ENDING = frozenset({"CronJob.batch", "Job.batch"})
STAYING_KINDS = tuple(kind for kind in WORKLOAD_KINDS if kind not in ENDING)
"""Kinds whose pods run until somebody replaces them."""
RESTARTS = ("reloader.stakater.com/auto", "wave.pusher.com/update-on-config-change")
"""Annotations that make a controller restart pods for whatever they read."""


class SettingsChange(NamedTuple):
    """One reference to content that is not what it was."""

    pointer: str
    what: str
    is_file: bool
    """Whether it is mounted whole, so that the files in running pods follow."""
    doubt: str


def changed_settings(workload: Manifest, world: World) -> Iterator[SettingsChange]:
    """What a workload reads and what has changed, if its pods are not made anew."""
    changes = world.changes
    before = changes.before(workload) if changes else None
    if changes is None or before is None:
        return
    for pod in world.pods.made_by(workload):
        if before is not workload and template_differs(pod, before, workload):
            return  # new pods
        for reference in pod.references:
            if reference.kind not in ("ConfigMap", "Secret") or is_restarted(workload, pod, reference, world):
                continue
            source = one(world, reference, pod)
            old = changes.before(source) if source is not None else None
            if source is None or old is None or old is source or is_left_alone(source):
                continue
            keys = [key for key in keys_changed(old.body, source.body) if not reference.keys or key in reference.keys]
            if keys and reads(pod, reference):
                yield SettingsChange(
                    reference.pointer,
                    f"{source.ref} ({', '.join(keys[:3])}{', ...' if keys[3:] else ''})",
                    is_followed(pod, reference),
                    changes.doubt(old) or changes.doubt(before) or sealed(old.body, source.body),
                )


def template_differs(pod: Pod, before: Manifest, workload: Manifest) -> bool:
    """Whether a workload makes its pods anew."""
    path = [part for part in pod.pointer.split("/")[1:-1] if part]
    templates = [settled(value_at(body, *path)) for body in (before.body, workload.body)]
    return next(differences(*templates), None) is not None


def one(world: World, reference: Reference, pod: Pod) -> Manifest | None:
    """The object that a reference means, if there is exactly one in the tree."""
    found = world.by_name.get((reference.kind, reference.name), ())
    same = [manifest for manifest in found if manifest.ref.namespace == pod.namespace]
    return same[0] if len(same) == 1 else None


def keys_changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The keys whose values differ."""
    parts = [
        {
            (part, key): value
            for part in ("data", "binaryData", "stringData")
            for key, value in mapping_at(body, part).items()
        }
        for body in (old, new)
    ]
    return sorted({str(key[1]) for key in parts[0].keys() | parts[1].keys() if parts[0].get(key) != parts[1].get(key)})


def sealed(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Why content that differs on paper may be the same."""
    return "it is encrypted, and may say the same" if has_cipher(old) or has_cipher(new) else ""


def reads(pod: Pod, reference: Reference) -> bool:
    """Whether anything in the pod uses it: a volume that nobody mounts is read by nobody."""
    return volume_of(pod, reference) is None or any(True for _ in mounts_of(pod, reference))


def is_followed(pod: Pod, reference: Reference) -> bool:
    """Whether running containers see new content: mounted whole, and by something that stays."""
    mounts = list(mounts_of(pod, reference))
    return (
        bool(mounts)
        and not any("subPath" in mount or "subPathExpr" in mount for _, mount in mounts)
        and any(role != "init" for role, _ in mounts)
    )


def mounts_of(pod: Pod, reference: Reference) -> Iterator[tuple[str, dict[str, Any]]]:
    """The mounts of the volume that a reference stands in, with the role of their container."""
    name = volume_of(pod, reference)
    for container in pod.containers:
        for _, mount in mappings_at(container.body, "volumeMounts"):
            if name is not None and text_at(mount, "name") == name:
                yield container.role, mount


def volume_of(pod: Pod, reference: Reference) -> str | None:
    """The name of the volume that a reference stands in; None for environment variables."""
    head = f"{pod.pointer}/volumes/"
    if not reference.pointer.startswith(head):
        return None
    index = int(reference.pointer[len(head) :].partition("/")[0])
    return next((text_at(volume, "name") for at, volume in mappings_at(pod.spec, "volumes") if at == index), None)


def is_restarted(workload: Manifest, pod: Pod, reference: Reference, world: World) -> bool:
    """Whether Reloader or Wave restarts the pods when this content changes."""
    kind = reference.kind.lower()
    template = value_at(workload.body, *pod.pointer.split("/")[1:-1])
    bodies = [body for body in (workload.body, template) if isinstance(body, dict)]
    names: Sequence[str] = [
        name.strip() for body in bodies for name in annotation(body, f"{kind}.reloader.stakater.com/reload").split(",")
    ]
    wide = (*RESTARTS, f"{kind}.reloader.stakater.com/auto")
    if reference.name in names or any(annotation(body, name) == "true" for body in bodies for name in wide):
        return True
    searches = any(annotation(body, "reloader.stakater.com/search") == "true" for body in bodies)
    source = one(world, reference, pod)
    return searches and source is not None and annotation(source.body, "reloader.stakater.com/match") == "true"
