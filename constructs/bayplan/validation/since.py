"""What a change is answerable for: findings that are new, and findings on what it has touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.validation.baseline import fingerprint
from bayplan.validation.registry import rules
from bayplan.validation.run import survey_both

if TYPE_CHECKING:
    from bayplan.manifests.inventory import Inventory
    from bayplan.manifests.ref import Ref
    from bayplan.validation.run import Look
    from bayplan.validation.waivers import Judgement


def judged_since(earlier: Look, now: Look) -> Judgement:
    """What a step from one tree to another is answerable for; both are judged together, which spares the same work."""
    known, told = survey_both(earlier, now)
    return newly(told.judgement, now.inventory, known.judgement, earlier.inventory)


def newly(told: Judgement, tree: Inventory, known: Judgement, earlier: Inventory) -> Judgement:
    """The findings of a tree without those that an earlier one has on objects that are the same."""
    old = {fingerprint(finding) for finding in known.findings}
    touched = changed(tree, earlier)
    about_changes = {rule.code for rule in rules() if rule.needs_base}
    return replace(
        told,
        findings=tuple(
            one
            for one in told.findings
            if one.rule in about_changes or one.ref in touched or fingerprint(one) not in old
        ),
    )


def changed(tree: Inventory, earlier: Inventory) -> frozenset[Ref]:
    """Objects that are new, or that differ from every one of that name that there was; nothing without a name."""
    return frozenset(
        manifest.ref
        for manifest in tree.manifests
        if manifest.ref.name and not any(one.body == manifest.body for one in earlier.by_ref.get(manifest.ref, ()))
    )
