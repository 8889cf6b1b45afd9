"""What is to be said about a kind and its version before any field is looked at: old, gone, or unknown to us.

"Not known here" is never "wrong": a kind without a schema is UNKNOWN, so that nobody takes silence for a pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.ending import end_of
from bayplan.validation.schema.library import core_kinds, crd_kinds, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_SCHEMA = "SCH002"
OLD_VERSION = "SCH003"
ENDING_VERSION = "SCH006"
LEFT_GROUPS = frozenset({"extensions"})
"""Groups that Kubernetes had before 1.25; their kinds live on elsewhere."""
STAGES = {"alpha": 0, "beta": 1, "": 2}


def standing(
    group: str, version: str, kind: str, minor: str, about: dict[str, Any] | None = None
) -> Iterator[tuple[str, Hit]]:
    """Code and hit for everything that is wrong or unknown about a kind and its version.

    `about` is what the checked tree itself says of the kind, in the words of our index of CRDs.
    """
    if about is not None:
        yield from _custom(group, version, kind, about)
    elif kind in core_kinds().get(group, {}):
        yield from _core(group, version, kind, minor)
    elif group in core_kinds() or group in LEFT_GROUPS:
        yield _no_core_kind(group, version, kind, minor)
    elif kind in crd_kinds().get(group, {}):
        yield from _custom(group, version, kind, crd_kinds()[group][kind])
        if known_here(group, version, kind) and schema_of(group, version, kind, minor) is None:
            best = max(crd_kinds()[group][kind]["versions"], key=rank)
            instead = f": use {_join(group, best)}" if best != version else ""
            where = "/apiVersion" if instead else "/kind"
            yield _unknown(where, f"no schema is kept for {kind} {_join(group, version)}{instead}")
    else:
        hint = _hint(kind, crd_kinds().get(group, ())) or _hint(group, crd_kinds())
        yield _unknown("/kind", f"no schema is known for {kind} of {group}{hint}")


def rank(version: str) -> tuple[int, int, int]:
    """Order of API versions as Kubernetes has it: v2 > v1 > v2beta1 > v1beta2 > v1alpha1; strange names come first.

    Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/>
    """
    parts = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if not parts:
        return (-1, 0, 0)
    return (STAGES[parts[2] or ""], int(parts[1]), int(parts[3] or 0))


def _core(group: str, version: str, kind: str, minor: str) -> Iterator[tuple[str, Hit]]:
    """A kind that Kubernetes has, or had."""
    versions = core_kinds()[group][kind]
    if schema_of("", "v1", "Pod", minor) is None:
        yield _unknown("/apiVersion", f"no schemas are kept for Kubernetes {minor}")
        return
    served = [name for name, minors in versions.items() if minor in minors]
    best = max(served, key=rank, default="")
    instead = f": use {_join(group, best)}" if best and best != version else ""
    if minor in versions.get(version, ()):
        if gone := end_of(group, version, minor):
            what = f"{kind} {_join(group, version)} is deprecated and gone in Kubernetes 1.{gone}{instead}"
            yield ENDING_VERSION, Hit("/apiVersion", what)
        return
    known = versions.get(version, ())
    since = f" (known from {known[0]} to {known[-1]})" if known else ""
    yield _old(f"Kubernetes {minor} does not serve {kind} as {_join(group, version)}{since}{instead}")


def _no_core_kind(group: str, version: str, kind: str, minor: str) -> tuple[str, Hit]:
    """A kind that its built-in group never had: elsewhere, gone for long, or a slip of the pen."""
    written = _join(group, version)
    homes = [
        _join(home, max(served, key=rank))
        for home, kinds in core_kinds().items()
        if (served := [name for name, minors in kinds.get(kind, {}).items() if minor in minors])
    ]
    if homes:
        return _old(f"Kubernetes {minor} does not serve {kind} as {written}: use {' or '.join(sorted(homes))}")
    hint = _hint(kind, core_kinds().get(group, ()))
    if "." in group or kind.endswith("List"):
        # an extension may serve kinds in a group with a dot, and lists are taken apart by whoever reads them
        return _unknown("/kind", f"no schema is known for {kind} of {written}{hint}")
    return _old(f"Kubernetes {minor} has no kind {kind} in {written}{hint}", "/kind")


def _custom(group: str, version: str, kind: str, about: dict[str, Any]) -> Iterator[tuple[str, Hit]]:
    """A kind of a CRD: one of the tree, or one whose module is pinned in schemas/sources.yaml."""
    versions: dict[str, dict[str, Any]] = about["versions"]
    served = [name for name, one in versions.items() if one.get("served", True)]
    good = [name for name in served if "deprecated" not in versions[name]]
    best = max(good or served or versions, key=rank)
    written, instead = _join(group, version), f": use {_join(group, best)}" if best != version else ""
    if version not in versions and rank(version) > max(rank(name) for name in versions) and not about.get("of_tree"):
        yield _unknown("/apiVersion", f"{kind} {written} is newer than {about['module']}, whose schemas are kept here")
    elif version not in served:
        yield _old(f"{kind} is not served as {written} by {about['module']}{instead}")
    elif deprecated := versions[version].get("deprecated"):
        reason = f" ({deprecated.rstrip('.')})" if isinstance(deprecated, str) else ""
        yield ENDING_VERSION, Hit("/apiVersion", f"{kind} {written} is deprecated{reason}{instead}")


def known_here(group: str, version: str, kind: str) -> bool:
    """Whether our index of CRDs has a version as served."""
    about = crd_kinds().get(group, {}).get(kind, {}).get("versions", {}).get(version)
    return about is not None and bool(about.get("served", True))


def _join(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def _hint(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

    close = get_close_matches(word, sorted(words), n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _unknown(pointer: str, message: str) -> tuple[str, Hit]:
    return NO_SCHEMA, Hit(pointer, message, Status.UNKNOWN)


def _old(message: str, pointer: str = "/apiVersion") -> tuple[str, Hit]:
    return OLD_VERSION, Hit(pointer, message)
