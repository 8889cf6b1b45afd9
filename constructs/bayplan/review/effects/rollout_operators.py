"""What operators do about a new template: canaries, revisions, groups, clusters beside each other, runs from the start.

Sources: <https://argo-rollouts.readthedocs.io/en/stable/features/specification/>,
<https://github.com/kubernetes-sigs/lws/blob/v0.9.0/api/leaderworkerset/v1/leaderworkerset_types.go>,
<https://github.com/ray-project/kuberay/tree/v1.6.2/ray-operator/controllers/ray>,
<https://github.com/kubeflow/spark-operator/blob/v2.5.2/internal/controller/sparkapplication/event_filter.go>,
<https://github.com/kedacore/keda/blob/v2.21.0/controllers/keda/scaledjob_controller.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.rollout_change import Change, Step, counted, rounded_down, rounded_up, several
from bayplan.review.effects.rollout_deployment import rolling_step
from bayplan.review.effects.rollout_sets import staying
from bayplan.review.review import Weight
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATORS_OWN = "how its operator takes a change is not known here"


def rollout(change: Change) -> Iterator[Step]:
    """Argo Rollouts: blue and green, or a canary with steps."""
    if not change.parts or change.had.most == 0 or change.has.most == 0:
        return
    strategy = mapping_at(change.said("spec", "strategy"))
    most = change.had.most or 0
    if "blueGreen" in strategy:
        waits = value_at(strategy, "blueGreen", "autoPromotionEnabled") is False
        then = "once somebody promotes them" if waits else "once all of them are ready"
        says = f"starts {counted(change.has)} beside the old ones; requests go to them {then}"
        yield Step("canary-starts", says, Weight.NOTE, most)
        return
    canary = mapping_at(strategy, "canary")
    steps = mappings_at(canary, "steps")
    first = next((whole_at(step, "setWeight") for _, step in steps if "setWeight" in step), None)
    if not steps:
        yield rolling_step(change, canary.get("maxSurge"), canary.get("maxUnavailable"))
        return
    pauses = any(step.get("pause") == {} for _, step in steps)
    share = "" if first is None else f", the first with {first}%"
    waits_for = "; it waits for somebody to let it go on" if pauses else ""
    says = f"starts a canary of {several(len(steps), 'step')}{share}{waits_for}; then all {counted(change.had)} are new"
    yield Step("canary-starts", says.replace("all its", "all its"), Weight.NOTE, most)


def knative(change: Change) -> Iterator[Step]:
    """A new revision, and the old one until it is ready."""
    if change.parts:
        yield revision(change, [one for _, one in mappings_at(change.after.body, "spec", "traffic")])


def revision(change: Change, traffic: list[dict[str, object]]) -> Step:
    """What becomes of requests when there is a new revision."""
    share = sum(whole_at(one, "percent") or 0 for one in traffic if not one.get("revisionName"))
    if traffic and not share:
        says = "makes a new revision, and all requests go on to the old ones: spec.traffic names them"
        return Step("revision-starts", says, Weight.ATTENTION)
    part = "requests" if not traffic or share == 100 else f"{share}% of the requests"
    says = f"makes a new revision: {part} go to it once it is ready, and the old one ends when nobody asks it"
    return Step("revision-starts", says, Weight.NOTE, change.had.most or 0)


def inference_service(change: Change) -> Iterator[Step]:
    """KServe: by Deployments or by Knative, as the annotation says."""
    if not change.parts:
        return
    body = change.after.body
    mode = text_at(body, "metadata", "annotations", "serving.kserve.io/deploymentMode")
    share = whole_at(body, "spec", "predictor", "canaryTrafficPercent")
    if mode in ("RawDeployment", "Standard"):
        several_nodes = any("workerSpec" in mapping_at(body, "spec", part) for part in ("predictor", "transformer"))
        strategy = mapping_at(body, "spec", "predictor", "deploymentStrategy")
        if text_at(strategy, "type") == "Recreate":
            most = change.had.most or 0
            yield Step("pods-restart", "stops its pods before new ones start", change.weight(most, most), most, most)
            return
        rolling = mapping_at(strategy, "rollingUpdate")
        surge, missing = ("100%", "0%") if several_nodes else ("25%", "25%")
        yield rolling_step(change, rolling.get("maxSurge", surge), rolling.get("maxUnavailable", missing))
        return
    part = f"{share}% of the requests go" if share is not None and share < 100 else "requests go"
    says = f"makes a new revision of its model: {part} to it once it is ready"
    doubt = "" if mode else "how it is deployed may be said for the whole cluster: perhaps it rolls as a Deployment"
    yield Step("revision-starts", says, Weight.NOTE, 0 if doubt else change.had.most or 0, doubt=doubt)


def leader_worker_set(change: Change) -> Iterator[Step]:
    """Whole groups, from the last to the partition."""
    replicas = whole_at(change.after.body, "spec", "replicas")
    groups = 1 if replicas is None else replicas
    if not change.parts or groups < 1:
        return
    size = max(1, whole_at(change.after.body, "spec", "leaderWorkerTemplate", "size") or 1)
    rolling = mapping_at(change.said("spec", "rolloutStrategy"), "rollingUpdateConfiguration")
    first = max(0, whole_at(rolling, "partition") or 0)
    surge = rounded_up(rolling.get("maxSurge"), groups, 0)
    missing = min(groups, max(rounded_down(rolling.get("maxUnavailable"), groups, 1), 0 if surge else 1))
    rolled = max(0, groups - first)
    if not rolled:
        yield staying(change, f"below the partition {first}", "Lower the partition to roll them")
        return
    of = "" if rolled == groups else f" of {groups}"
    pace = f"{several(missing, 'group')} may be missing at a time" if missing else "new groups come first"
    says = f"rolls {rolled}{of} groups of {several(size, 'pod')}: {pace}"
    yield Step("pods-roll", says, change.weight(missing * size, groups * size), rolled * size, missing * size)


def ray_cluster(change: Change) -> Iterator[Step]:
    """Nothing, unless it is told to make all pods anew."""
    if not change.parts:
        return
    if change.said("spec", "upgradeStrategy", "type") == "Recreate":
        most = change.had.most or 0
        says = (
            f"stops all {counted(change.had).removeprefix('its ')} and makes them anew: what runs on the cluster ends"
        )
        yield Step("pods-restart", says, Weight.DANGER, most, most)
        return
    fix = "Set spec.upgradeStrategy.type to Recreate, or delete the pods when they may go"
    yield staying(change, "until somebody deletes them", fix)


def ray_service(change: Change) -> Iterator[Step]:
    """A second cluster, and the first until the second serves."""
    if not change.parts:
        return
    kind = change.said("spec", "upgradeStrategy", "type")
    if kind == "None":
        yield staying(change, "since its upgradeStrategy is None", "Set it to NewCluster when it may be replaced")
        return
    more = counted(change.has)
    gradually = " step by step" if kind == "NewClusterWithIncrementalUpgrade" else ""
    says = (
        f"starts a second Ray cluster ({more}) beside the first, sends requests there{gradually}, then ends the first"
    )
    doubt = "" if kind else "the operator may be told to replace no clusters (ENABLE_ZERO_DOWNTIME)"
    yield Step("cluster-replaced", says, Weight.ATTENTION, 0 if doubt else change.had.most or 0, doubt=doubt)


def spark(change: Change) -> Iterator[Step]:
    """The operator ends the run and submits it again."""
    if change.parts:
        most = change.had.most or 0
        says = "ends its run, if there is one, and starts it from the beginning"
        yield Step("run-starts-again", says, Weight.ATTENTION, most, most, doubt="" if most else "it may have no pods")


def scaled_job(change: Change) -> Iterator[Step]:
    """KEDA ends the Jobs of the old template, unless it is told to be gradual."""
    if not change.parts:
        return
    told = change.said("spec", "rollout", "strategy") or change.said("spec", "rolloutStrategy")
    if told == "gradual":
        yield Step("next-run-changes", "uses the new template for its next Jobs; those under way end", Weight.NOTE)
        return
    says = "deletes the Jobs that are under way, and starts new ones for what still waits"
    fix = "Set spec.rollout.strategy to gradual if Jobs should come to their end"
    doubt = "there may be none at the time"
    yield Step("run-starts-again", says, Weight.ATTENTION, doubt=doubt, fix=fix)


def run_under_way(change: Change) -> Iterator[Step]:
    """What was made for one run stays as it is."""
    if change.parts:
        says = "takes the new template, and its run goes on with what it started with"
        yield Step("pods-stay", says, Weight.ATTENTION, doubt=OPERATORS_OWN, fix="Make a run with another name")


def unknown(change: Change) -> Iterator[Step]:
    """A kind whose operator is not known so well."""
    if change.parts and change.had.most != 0:
        says = f"may make {counted(change.had)} anew"
        yield Step("pods-roll", says, Weight.ATTENTION, doubt=OPERATORS_OWN)
