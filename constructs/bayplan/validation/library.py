"""Checks of objects that are in no file: what stands behind `from bayplan.validation import check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.run import check
from bayplan.validation.selection import selected
from bayplan.validation.settings import External, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding


def check_objects(
    objects: Iterable[Mapping[str, Any] | Manifest],
    *,
    base: Iterable[Mapping[str, Any] | Manifest] | None,
    cluster: Cluster | None,
    externals: Iterable[External | Mapping[str, Any]],
    select: Iterable[str],
    ignore: Iterable[str],
) -> list[Finding]:
    """The findings of the chosen rules; BadInput for what is no object at all."""
    chosen = selected(select, ignore)
    settings = Settings(externals=tuple(map(external, externals)))
    clusters = [cluster] if cluster else []
    earlier = inventory(base) if base is not None else None
    found = check(inventory(objects), clusters=clusters, base=earlier, settings=settings)
    return [finding for finding in found if finding.rule in chosen]


def inventory(objects: Iterable[Mapping[str, Any] | Manifest]) -> Inventory:
    """The objects, and those in lists of Kubernetes (`kind: List`)."""
    return Inventory(manifests=tuple(one for number, body in enumerate(objects) for one in manifests(body, number)))


def manifests(body: Mapping[str, Any] | Manifest, number: int) -> Iterator[Manifest]:
    """An object as a manifest without a file. The caller's data are not changed, nor kept from being changed."""
    if isinstance(body, Manifest):
        yield body
        return
    if not isinstance(body, dict):
        what = f"is a {type(body).__name__}, which is no object"
        raise BadInput(
            [Complaint(file=f"object {number}", line=0, what=what, fix="Give mappings, as YAML readers do.")]
        )
    kind, items = body.get("kind"), body.get("items")
    if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
        for item in items:
            yield from manifests(item, number)
        return
    yield Manifest(ref=Ref.of(body), body=body)


def external(said: External | Mapping[str, Any]) -> External:
    """A declaration, also one in plain data."""
    if isinstance(said, External):
        return said
    return External(
        kind=str(said["kind"]),
        name=str(said["name"]),
        namespace=str(said.get("namespace") or "*"),
        keys=tuple(map(str, said.get("keys", ()))),
        why=str(said.get("why", "")),
    )
