"""What is to be said about a kind and its version before any field is looked at: old, gone, or unknown to us.

"Not known here" is never "wrong": a kind without a schema is UNKNOWN, so that nobody takes silence for a pass.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.library import core_kinds, crd_kinds, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_SCHEMA = "SCH002"
OLD_VERSION = "SCH003"
LEFT_GROUPS = frozenset({"extensions"})
"""Groups that Kubernetes had before 1.25; their kinds live on elsewhere."""
STAGES = {"alpha": 0, "beta": 1, "": 2}


def standing(group: str, version: str, kind: str, minor: str) -> Iterator[tuple[str, Hit]]:
    """Code and hit for everything that is wrong or unknown about a kind and its version."""
    if group in core_kinds() or group in LEFT_GROUPS:
        yield from _core(group, version, kind, minor)
    elif kind in crd_kinds().get(group, {}):
        yield from _custom(group, version, kind, minor)
    else:
        hint = _hint(kind, crd_kinds().get(group, ())) or _hint(group, crd_kinds())
        yield _unknown("/kind", f"no schema is known for {kind} of {group}{hint}")


def rank(version: str) -> tuple[int, int, int]:
    """Order of API versions as Kubernetes has it: v2 > v1 > v2beta1 > v1beta2 > v1alpha1; strange names come first.

    Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority>
    """
    parts = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if not parts:
        return (-1, 0, 0)
    return (STAGES[parts[2] or ""], int(parts[1]), int(parts[3] or 0))


def _core(group: str, version: str, kind: str, minor: str) -> Iterator[tuple[str, Hit]]:
    written = _join(group, version)
    versions = core_kinds().get(group, {}).get(kind, {})
    if minor in versions.get(version, ()):
        if schema_of(group, version, kind, minor) is None:
            yield _unknown("/apiVersion", f"no schemas are kept for Kubernetes {minor}")
        return
    if not versions:
        yield _no_such_core_kind(group, version, kind, minor)
        return
    served = [name for name, minors in versions.items() if minor in minors]
    instead = f": use {_join(group, max(served, key=rank))}" if served else ""
    until = (
        f", {written} went with 1.{_minor(versions[version][-1]) + 1}" if _was_served(versions, version, minor) else ""
    )
    yield _old(f"Kubernetes {minor} does not serve {kind} as {written}{until}{instead}")


def _no_such_core_kind(group: str, version: str, kind: str, minor: str) -> tuple[str, Hit]:
    """A kind that its built-in group does not have: gone, elsewhere, or a slip of the pen."""
    at_home = {
        _join(home, max(served, key=rank)): kind
        for home, kinds in core_kinds().items()
        if (served := [name for name, minors in kinds.get(kind, {}).items() if minor in minors])
    }
    written = _join(group, version)
    if at_home:
        return _old(f"Kubernetes {minor} does not serve {kind} as {written}: use {' or '.join(sorted(at_home))}")
    hint = _hint(kind, core_kinds().get(group, ()))
    if "." in group or kind.endswith("List"):
        # an extension may serve kinds in a group with a dot, and lists are taken apart by whoever reads them
        return _unknown("/kind", f"no schema is known for {kind} of {written}{hint}")
    return _old(f"Kubernetes {minor} has no kind {kind} in {written}{hint}", "/kind")


def _custom(group: str, version: str, kind: str, minor: str) -> Iterator[tuple[str, Hit]]:
    about = crd_kinds()[group][kind]
    versions: dict[str, dict[str, Any]] = about["versions"]
    good = [name for name, one in versions.items() if one.get("served", True) and "deprecated" not in one]
    best = max(good or versions, key=rank)
    written, instead = _join(group, version), f": use {_join(group, best)}"
    if version not in versions and rank(version) > max(rank(name) for name in versions):
        yield _unknown("/apiVersion", f"{kind} {written} is newer than {about['module']}, whose schemas are kept here")
        return
    if version not in versions or not versions[version].get("served", True):
        yield _old(f"{kind} is not served as {written} by {about['module']}{instead}")
        return
    if deprecated := versions[version].get("deprecated"):
        reason = f" ({deprecated})" if isinstance(deprecated, str) else ""
        yield _old(f"{kind} {written} is deprecated{reason}{instead if best != version else ''}")
    elif schema_of(group, version, kind, minor) is None:
        yield _unknown("/kind", f"no schema is kept for {kind} {written}{instead if best != version else ''}")


def _was_served(versions: dict[str, list[str]], version: str, minor: str) -> bool:
    return version in versions and _minor(versions[version][-1]) < _minor(minor)


def _minor(text: str) -> int:
    return int(text.partition(".")[2])


def _join(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def _hint(word: str, words: Iterable[str]) -> str:
    close = get_close_matches(word, sorted(words), n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _unknown(pointer: str, message: str) -> tuple[str, Hit]:
    return NO_SCHEMA, Hit(pointer, message, Status.UNKNOWN)


def _old(message: str, pointer: str = "/apiVersion") -> tuple[str, Hit]:
    return OLD_VERSION, Hit(pointer, message)
