"""Two texts of YAML as the two revisions of a review: what tests of effects are made of."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bayplan.review.comparison import Comparison, compare
from bayplan.review.effects import FINDERS, Finder
from bayplan.review.effects.refused_outdated import REFUSING
from bayplan.validation.example import files_of, read_all
from bayplan.validation.registry import rules
from bayplan.validation.run import Survey, survey

if TYPE_CHECKING:
    from bayplan.review.review import Effect


def surveyed(text: str, base: Survey | None = None) -> Survey:
    """A tree as the review sees it; files stand below lines `# file: apps/web.yaml`."""
    inventory, complaints = read_all(files_of(text))
    return survey(inventory, complaints=complaints, base=base.worlds if base else None)


def compared(base: str, head: str) -> list[Comparison]:
    """The clusters of two trees beside each other."""
    before = surveyed(base)
    after = surveyed(head, before)
    about_changes = {rule.code for rule in rules() if rule.needs_base}
    told = [one for one in after.judgement.findings if one.rule in about_changes or one.rule in REFUSING]
    return [*compare(before.worlds, after.worlds, told)]


def effects_between(base: str, head: str, *finders: str) -> list[Effect]:
    """All that will happen, as far as some modules of `review/effects/` tell it; all of them for none."""
    modules: list[Finder] = [import_module(f"bayplan.review.effects.{name}") for name in finders or FINDERS]
    return [one for comparison in compared(base, head) for module in modules for one in module.effects(comparison)]


def told(base: str, head: str, *finders: str) -> list[str]:
    """`object-pruned Service shop/web ATTENTION`, with `?` behind what is not sure; sorted."""
    return sorted(
        f"{one.code} {one.ref} {one.weight.name}{'?' if one.doubt else ''}"
        for one in effects_between(base, head, *finders)
    )
