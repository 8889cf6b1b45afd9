"""What cannot change in volumes and the claims for them.

Sources: `ValidatePersistentVolumeClaimUpdate` and `ValidatePersistentVolumeUpdate` of
<https://github.com/kubernetes/kubernetes/tree/v1.37.0/pkg/apis/core/validation>.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, value_at
from bayplan.validation.likeness import amount, differences, has_variable, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

Body = dict[str, Any]
OF_THE_VOLUME = frozenset(
    {
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    }
)
"""Fields of a volume's spec beside the one that says where the data are."""


def claim_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """A claim may only grow, and go to another class of attributes."""
    before, after = (settled(mapping_at(body, "spec")) for body in (old, new))
    for part in sorted(before.keys() | after.keys()):
        if part in ("resources", "volumeAttributesClassName"):
            continue
        if next(differences(before.get(part), after.get(part)), None) is not None:
            yield f"/spec/{part}", f"spec.{part} of a claim", doubt_of(part, before, after)
    sizes = [amount(value_at(body, "spec", "resources", "requests", "storage")) for body in (old, new)]
    if all(isinstance(size, int | float | Fraction) for size in sizes) and sizes[1] < sizes[0]:  # type: ignore[operator]
        where = "/spec/resources/requests/storage"
        yield where, "the size of a claim, which never shrinks,", ""


def doubt_of(part: str, before: Body, after: Body) -> str:
    """Why a claim may already say what it is to say: the cluster fills in what is left out."""
    if has_variable(before.get(part)) or has_variable(after.get(part)):
        return "it is completed later"
    if part == "storageClassName" and part not in before:
        return "the default class may be this one"
    return "the volume may have been this one" if part == "volumeName" and part not in before else ""


def volume_changes(old: Body, new: Body) -> Iterator[tuple[str, str, str]]:
    """A volume stays where its data are."""
    before, after = (settled(mapping_at(body, "spec")) for body in (old, new))
    old_source, source = (source_of(spec) for spec in (before, after))
    grown = "controllerExpandSecretRef"
    if isinstance(source.get("csi"), dict) and grown not in mapping_at(old_source, "csi"):
        source["csi"] = {key: value for key, value in source["csi"].items() if key != grown}
    parts = list(differences(old_source, source))
    later = "it is completed later" if has_variable(old_source) or has_variable(source) else ""
    if parts:
        yield f"/spec{parts[0]}", "where a volume's data are", later
    if before.get("volumeMode") != after.get("volumeMode"):
        yield "/spec/volumeMode", "spec.volumeMode of a volume", ""


def source_of(spec: Body) -> Body:
    """Where a volume's data are."""
    return {key: value for key, value in spec.items() if key not in OF_THE_VOLUME}
