"""CRDs that stand in the checked tree: they are the schemas of their kinds, whatever is kept here of others.

They are converted in process by the rules that made `schemas/`. A tree is somebody else's: a CRD that cannot be
converted, refers to something outside or holds a pattern that is none, judges nothing, and its objects are unknown.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.schema.conversion import strict_schema
from bayplan.validation.schema.library import core_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.schema.library import Schema

CRD = "CustomResourceDefinition.apiextensions.k8s.io"
_UNKNOWN: Schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
BYTES_MAX = 4 << 20
"""Of the text of one schema; the API server takes no object above 1.5 MB."""
_MISTAKES = (AttributeError, TypeError, ValueError, KeyError, IndexError, RecursionError)
"""What converting a schema that has no form of one may raise."""


class Served(NamedTuple):
    """The schema of one version, as a CRD of the tree has it."""

    schema: Schema | None
    """None where it cannot be read."""
    file: str


class TreeCrds:
    """What the CRDs of a tree say of their kinds."""

    def __init__(self, crds: Iterable[Manifest]) -> None:
        self._crds = tuple(crds)
        self._schemas: dict[tuple[str, str, str], tuple[Served, ...]] = {}
        self.judges: dict[tuple[str, str], Any] = {}
        """What judge.py has made of them, by apiVersion and kind."""

    @cached_property
    def _by_kind(self) -> dict[tuple[str, str], list[Manifest]]:
        found: dict[tuple[str, str], list[Manifest]] = {}
        for crd in self._crds:
            group, kind = text_at(crd.body, "spec", "group"), text_at(crd.body, "spec", "names", "kind")
            # nobody can define what the API server itself serves
            if group and kind and group not in core_kinds() and any(True for _ in versions_of(crd)):
                found.setdefault((group, kind), []).append(crd)
        return found

    def about(self, group: str, kind: str) -> dict[str, Any] | None:
        """Scope and versions of a kind, in the words of our index; None where no CRD of the tree has it.

        Where several have it (one for each environment), what one of them serves counts as served.
        """
        crds = self._by_kind.get((group, kind))
        if not crds:
            return None
        versions: dict[str, dict[str, Any]] = {}
        for crd in crds:
            for version in versions_of(crd):
                one: dict[str, Any] = {} if version.get("served", True) is not False else {"served": False}
                if version.get("deprecated") is True:
                    one["deprecated"] = text_at(version, "deprecationWarning") or True
                name = text_at(version, "name")
                if name not in versions or not versions[name].get("served", True):
                    versions[name] = one
        scope = text_at(crds[0].body, "spec", "scope")
        return {"scope": scope, "versions": versions, "module": f"its CRD in {crds[0].file}", "of_tree": True}

    def schemas(self, group: str, version: str, kind: str) -> tuple[Served, ...]:
        """The schemas of a version, one for each CRD that has it."""
        key = (group, version, kind)
        if key not in self._schemas:
            self._schemas[key] = tuple(
                Served(_converted(one, f"{group}/{version}", kind), crd.file)
                for crd in self._by_kind.get((group, kind), ())
                for one in versions_of(crd)
                if text_at(one, "name") == version
            )
        return self._schemas[key]


def versions_of(crd: Manifest) -> Iterator[dict[str, Any]]:
    """The versions of a CRD."""
    return (one for _, one in mappings_at(crd.body, "spec", "versions") if text_at(one, "name"))


def _converted(version: dict[str, Any], api_version: str, kind: str) -> Schema | None:
    written = mapping_at(version, "schema", "openAPIV3Schema") or _UNKNOWN
    try:
        if len(json.dumps(written)) > BYTES_MAX:
            return None
        return strict_schema(written, api_version=api_version, kind=kind)
    except _MISTAKES:
        return None
