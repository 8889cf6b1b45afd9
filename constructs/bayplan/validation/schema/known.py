"""All that judging the objects of one kind and version needs, made when the first of them is met.

Most trees hold few of the kinds that are known. Schemas of the tree's own CRDs come before those that are kept here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from jsonschema_rs import Draft7Validator, RegexOptions, ValidationError

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.entries import Lists, lists_of
from bayplan.validation.schema.library import core_kinds, schema_of
from bayplan.validation.schema.refused.overlay import laid_over
from bayplan.validation.schema.standing import NO_SCHEMA, standing
from bayplan.validation.schema.whole_numbers import bounded

if TYPE_CHECKING:
    from bayplan.validation.cel.rules import Checker
    from bayplan.validation.schema.library import Schema
    from bayplan.validation.schema.tree import Served, TreeCrds

BREAKS_SCHEMA = "SCH001"
NOT_FOR_THE_SERVER = frozenset({"kustomize.config.k8s.io"})
"""Groups of files that are no objects: kustomize reads them, and judges them itself."""
LINEAR = RegexOptions()
"""For patterns of somebody else's CRDs: an engine whose time grows with the text alone, as the server has one."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A kind in a version."""

    told: tuple[tuple[str, Hit], ...] = ()
    """Codes and hits that every object of it gets."""
    schema: Schema = field(default_factory=dict)
    validator: Draft7Validator | None = None
    lists: Lists = field(default_factory=Lists)
    is_built_in: bool = False
    has_rules: bool = False
    """Whether its schema has rules in CEL, and so whether anything of CEL is to be loaded."""

    @cached_property
    def checker(self) -> Checker | None:
        """Those rules, ready to be asked."""
        # trees without such kinds do not pay for CEL
        from bayplan.validation.cel.rules import checker_of  # noqa: PLC0415

        return checker_of(self.schema, self.schema) if self.has_rules else None

    @cached_property
    def has_defaults(self) -> bool:
        """Whether the server may write a default into an object; a field that is called so counts, too."""
        return '"default":' in json.dumps(self.schema)


@cache
def of_library(api_version: str, kind: str, minor: str) -> Known:
    """By the schemas that are kept here."""
    group, slash, version = api_version.rpartition("/")
    if group in NOT_FOR_THE_SERVER:
        return Known()
    if slash and not group:
        return Known(told=((BREAKS_SCHEMA, Hit("/apiVersion", f"`{api_version}` has no group before the slash")),))
    known = schema_of(group, version, kind, minor)
    is_built_in = group in core_kinds()
    schema = laid_over(bounded(known), kind=kind, minor=minor, built_in=is_built_in) if known else {}
    validator = None if known is None else Draft7Validator(schema, validate_formats=True, offline=True)
    return Known(
        told=tuple(standing(group, version, kind, minor)),
        schema=schema,
        validator=validator,
        lists=lists_of(schema),
        is_built_in=is_built_in,
        has_rules=not is_built_in and has_rules(schema),
    )


def of_tree(api_version: str, kind: str, minor: str, crds: TreeCrds) -> tuple[Known, ...]:
    """By the CRDs of the tree, once for each that has the kind; empty where none has."""
    group, _, version = api_version.rpartition("/")
    key = (api_version, kind)
    if key not in crds.judges:
        about = crds.about(group, kind)
        told = tuple(standing(group, version, kind, minor, about)) if about else ()
        found = [_compiled(told, served, kind, minor) for served in crds.schemas(group, version, kind)]
        crds.judges[key] = tuple(found or ([Known(told=told)] if about else []))
    judges: tuple[Known, ...] = crds.judges[key]
    return judges


def _compiled(told: tuple[tuple[str, Hit], ...], served: Served, kind: str, minor: str) -> Known:
    if served.schema is not None:
        schema = laid_over(bounded(served.schema), kind=kind, minor=minor, built_in=False)
        try:
            validator = Draft7Validator(schema, validate_formats=True, offline=True, pattern_options=LINEAR)
        except (ValueError, ValidationError):
            pass
        else:
            lists = lists_of(schema)
            return Known(told=told, schema=schema, validator=validator, lists=lists, has_rules=has_rules(schema))
    hit = Hit("/kind", f"cannot be judged: the schema in {served.file} cannot be read", Status.UNKNOWN)
    return Known(told=(*told, (NO_SCHEMA, hit)))


def has_rules(node: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a schema has rules in CEL anywhere."""
    if isinstance(node, dict):
        return "x-kubernetes-validations" in node or any(map(has_rules, node.values()))
    return isinstance(node, list) and any(map(has_rules, node))
