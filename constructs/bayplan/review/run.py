"""The whole review in order: read this first.

two revisions --survey--> worlds and findings --compare--> Comparisons --> changes, effects, ... --> Review
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.git import top_of
from bayplan.review import changes, findings, images, judged, needs, placements, traffic, verdict
from bayplan.review.comparison import compare
from bayplan.review.effects import effects_of
from bayplan.review.effects.refused_outdated import REFUSING
from bayplan.review.review import Review, Verdict
from bayplan.validation.registry import rules
from bayplan.validation.run import Look, survey_both

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Effect
    from bayplan.review.revision import Revision
    from bayplan.validation.finding import Finding
    from bayplan.validation.run import Survey


def review(base: Revision, head: Revision, path: Path, files: Sequence[str] = ()) -> Review:
    """Say what becomes of the clusters when `head` takes the place of `base`.

    `path` is what was looked at, `files` are all that differ in the repository, below its top.
    """
    before, after = surveyed(base, head, path)
    about_changes = frozenset(rule.code for rule in rules() if rule.needs_base)
    told = [one for one in after.judgement.findings if one.rule in about_changes or one.rule in REFUSING]
    gaps = (gap for world in sorted(after.worlds, key=lambda one: one.name) for gap in world.gaps)
    clusters = compared(before, after, told)
    made = Review(
        base=base.commit,
        head=head.commit,
        path=below_top(path),
        verdict=Verdict.NOTHING,
        changes=tuple(sorted(one for cluster in clusters for one in changes.changes(cluster))),
        effects=tuple(sorted({one for cluster in clusters for one in effects_of(cluster)}, key=by_weight)),
        images=tuple(sorted(one for cluster in clusters for one in images.images(cluster))),
        findings=tuple(sorted(findings.compare(before.judgement, after.judgement, about_changes))),
        placements=tuple(placements.compare(base, head)),
        flows=tuple(sorted(one for cluster in clusters for one in traffic.flows(cluster))),
        unknown=tuple(dict.fromkeys((*base.unknown, *head.unknown, *gaps))),
        objects=sum(len(world.inventory.manifests) for world in after.worlds),
    )
    return verdict.judged(needs.needed(made, base, files, clusters))


def surveyed(base: Revision, head: Revision, path: Path) -> tuple[Survey, Survey]:
    """The clusters of both revisions and what is wrong with them."""
    top = top_of(path)
    asked = judged.question(base, top, path) if base.commit and top is not None else ""
    known = judged.look_up(asked) if asked else None
    before, after = survey_both(look(base), look(head), known)
    if asked and known is None:
        judged.keep(asked, before.judgement, len(base.tree.inventory.manifests))
    return before, after


def look(revision: Revision) -> Look:
    """What is judged of a revision."""
    return Look(
        inventory=revision.tree.inventory,
        clusters=revision.clusters,
        complaints=revision.tree.complaints,
        settings=revision.settings,
    )


def compared(before: Survey, after: Survey, told: Sequence[Finding]) -> list[Comparison]:
    """Each cluster at both revisions that is not as it was, with what rules about changes say of it."""
    was, now = ([one for one in side.worlds if one.name not in after.same] for side in (before, after))
    return [*compare(was, now, told)]


def by_weight(effect: Effect) -> tuple[int, Effect]:
    """The heaviest first, else in the order of clusters, topics and objects."""
    return -effect.weight, effect


def below_top(path: Path) -> str:
    """A folder as the repository knows it."""
    top = top_of(path)
    return path.resolve().relative_to(top).as_posix() if top else path.name
