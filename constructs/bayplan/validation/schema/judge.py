"""One object against the schema of its kind and version, and the rules that stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.defects import defects, has_null
from bayplan.validation.schema.entries import doubled
from bayplan.validation.schema.known import BREAKS_SCHEMA, NOT_FOR_THE_SERVER, of_library, of_tree
from bayplan.validation.schema.standing import NO_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.schema.known import Known
    from bayplan.validation.schema.tree import TreeCrds

__all__ = ["NOT_FOR_THE_SERVER", "judge", "step"]


def judge(manifest: Manifest, *, kubernetes: str, crds: TreeCrds | None = None) -> Iterator[tuple[str, Hit]]:
    """What is wrong with an object by the schemas of a Kubernetes minor ("1.37"): rule codes and hits.

    SCH001: it breaks the schema. SCH002: no schema is known (UNKNOWN, never a pass). SCH003: its version is not served.
    SCH004: it breaks a rule in CEL; SCH005: such a rule was not checked (UNKNOWN). SCH006: its version is deprecated.
    `crds` are those of the tree itself: they come before ours.
    """
    body = manifest.body
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str) or not api_version or not kind:
        yield from _nameless(body)
        return
    found = of_tree(api_version, kind, kubernetes, crds) if crds else ()
    if found:
        # several CRDs of one kind are of several environments: one that takes the object is enough
        yield from min((list(_judged(manifest, about)) for about in found), key=len)
    else:
        yield from _judged(manifest, of_library(api_version, kind, kubernetes))


def step(manifest: Manifest, earlier: Manifest, *, kubernetes: str, crds: TreeCrds | None = None) -> Iterator[Hit]:
    """What the rules of a CRD say of the step from an earlier object to this one (`oldSelf`)."""
    body, before = manifest.body, earlier.body
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str) or before.get("apiVersion") != api_version:
        return
    found = of_tree(api_version, kind, kubernetes, crds) if crds else ()
    about = found[0] if found else of_library(api_version, kind, kubernetes)
    if about.checker and about.validator and all(map(about.validator.is_valid, (body, before))):
        from bayplan.validation.cel.answers import answers_to_step  # noqa: PLC0415 - as below

        yield from answers_to_step(about.checker, about.schema, body, before)


def _judged(manifest: Manifest, about: Known) -> Iterator[tuple[str, Hit]]:
    body, may_hold_null = manifest.body, manifest.may_hold_null
    yield from about.told
    try:
        broken: list[Hit] = []
        if about.validator and (not about.validator.is_valid(body) or (may_hold_null and has_null(body))):
            broken += defects(body, about, about.validator)
        broken += doubled(body, about.lists)
    except ValueError as why:
        # keys that are no text: the reader of the file let through what is no JSON
        yield NO_SCHEMA, Hit("", f"cannot be judged: {why}", Status.UNKNOWN)
        return
    yield from ((BREAKS_SCHEMA, hit) for hit in broken)
    if about.checker and not broken:
        # the server asks the rules no sooner either
        from bayplan.validation.cel.answers import answers  # noqa: PLC0415

        is_stored = not (may_hold_null or about.has_defaults or "status" in body)
        yield from answers(about.checker, about.schema, body, is_stored=is_stored)


def _nameless(body: dict[str, Any]) -> Iterator[tuple[str, Hit]]:
    for key in ("apiVersion", "kind"):
        if not isinstance(body.get(key), str) or not body[key]:
            what = "is missing" if key not in body else "must be text, and not empty"
            yield BREAKS_SCHEMA, Hit(f"/{key}" if key in body else "", f"`{key}` {what}: nobody can tell what this is")
