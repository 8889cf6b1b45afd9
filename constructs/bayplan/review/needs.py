"""Who has to agree to a change: data that CI can enforce.

What is asked for is read from the base: a change does not lower its own bar.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.manifests.origin import origin_of
from bayplan.placement.money import usd_a_month
from bayplan.placement.words import count
from bayplan.review.guarded import guards
from bayplan.review.need import Need, Role
from bayplan.review.review import State, Topic, Weight
from bayplan.validation.fields import value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Review
    from bayplan.review.revision import Revision

HOURS_PER_MONTH, E4 = 730, 10_000
PLATFORM = ("karpenter.sh", "kueue.x-k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io")
"""Groups whose objects say what a cluster is, wherever they stand."""
FLUX = "flux-system"
PLATFORM_KINDS = frozenset({"LimitRange", "Namespace", "ResourceQuota"})


def needed(review: Review, base: Revision, files: Sequence[str], clusters: Sequence[Comparison]) -> Review:
    """The review with what it needs."""
    limit = base.settings.second_reviewer_above_usd_per_month
    found = {*of_owners(clusters), *of_plans(review), *of_files(files), *of_findings(review), *of_risk(review, limit)}
    return replace(review, needs=tuple(sorted(found)))


def of_owners(clusters: Sequence[Comparison]) -> Iterator[Need]:
    """The owners of everything that is not as it was: the team of an app, or those of the cluster."""
    for cluster in clusters:
        teams: dict[tuple[str, str], int] = defaultdict(int)
        platform = 0
        changed = (*cluster.added, *cluster.removed, *(pair.after for pair in cluster.changed))
        for manifest in changed:
            app, team = app_of(manifest)
            if app:
                teams[app, team] += 1
            platform += not app or (is_platform(manifest) and not origin_of(manifest.body).startswith("apps/"))
        for (app, team), number in teams.items():
            why = f"{count(number, 'object')} of it in {where(cluster)}"
            yield Need(role=Role.APP_OWNER, subject=app, why=why, team=team)
        if platform:
            why = f"{count(platform, 'object')} of the platform itself"
            yield Need(role=Role.CLUSTER_OWNER, subject=cluster.name, why=why)


def app_of(manifest: Manifest) -> tuple[str, str]:
    """App and team of an object, as its labels say; its namespace where they do not."""
    label, team = (
        value_at(manifest.body, "metadata", "labels", key) for key in ("app.kubernetes.io/part-of", "bayplan.dev/team")
    )
    app = label if isinstance(label, str) and label else "" if is_platform(manifest) else manifest.ref.namespace
    return app, team if isinstance(team, str) else ""


def is_platform(manifest: Manifest) -> bool:
    """Whether an object says what a cluster is, and not what runs on it."""
    ref = manifest.ref
    return ref.namespace in ("", FLUX) or ref.kind in PLATFORM_KINDS or ref.group.endswith(PLATFORM)


def of_plans(review: Review) -> Iterator[Need]:
    """The owners of clusters whose pools are others."""
    for plan in review.placements:
        pools = [one for one in plan.asked if one.startswith("pool ")]
        if pools:
            yield Need(role=Role.CLUSTER_OWNER, subject=plan.cluster, why=pools[0])


def of_files(files: Sequence[str]) -> Iterator[Need]:
    """The owners of the repository where pipelines or the rules of reviews change."""
    for file in filter(guards, files):
        yield Need(role=Role.CLUSTER_OWNER, subject="", why=f"{file} says what runs in CI, or who must agree")


def of_findings(review: Review) -> Iterator[Need]:
    """The owners of a cluster where the change itself accepts a finding."""
    for one in review.findings:
        if one.state is State.ACCEPTED:
            yield Need(role=Role.CLUSTER_OWNER, subject="", why=f"the change itself accepts {one.rule} on {one.ref}")


def of_risk(review: Review, limit_usd_per_month: int) -> Iterator[Need]:
    """A second pair of eyes where data may be lost, or a month costs more by more than a set amount."""
    for effect in review.effects:
        if effect.topic is Topic.DATA and effect.weight >= Weight.DANGER:
            yield Need(role=Role.SECOND_REVIEWER, subject="", why=f"data may be lost: {effect.ref} {effect.says}")
    for plan in review.placements:
        more = max(plan.cost_min_after - plan.cost_min_before, plan.cost_max_after - plan.cost_max_before)
        if more * HOURS_PER_MONTH > limit_usd_per_month * E4:
            why = f"{plan.cluster} may cost {usd_a_month(more)} USD a month more (limit {limit_usd_per_month:,})"
            yield Need(role=Role.SECOND_REVIEWER, subject="", why=why)


def where(cluster: Comparison) -> str:
    """A cluster in words."""
    return f"cluster {cluster.name}" if cluster.name not in ("", "?") else "the tree"
