"""One review with something of everything, as a person might meet it."""

from __future__ import annotations

from bayplan.manifests.ref import Ref
from bayplan.review.flow import Flow
from bayplan.review.need import Need, Role
from bayplan.review.plan import Move, Nodes, Placement
from bayplan.review.review import Change, Effect, Image, Kind, Part, Review, State, Told, Topic, Verdict, Weight
from bayplan.validation.finding import Severity, Status

DATABASE = Ref("apps", "StatefulSet", "chat", "db")
WEB = Ref("apps", "Deployment", "chat", "web")
CLAIM = Ref("", "PersistentVolumeClaim", "shop", "orders")
SCALER = Ref("autoscaling", "HorizontalPodAutoscaler", "chat", "web")
AT = {
    DATABASE: {"file": "prod/apps/chat/db.yaml", "line": 14, "origin": "apps/chat.yaml#L12"},
    WEB: {"file": "prod/apps/chat/web.yaml", "line": 8, "origin": "apps/chat.yaml#L31"},
    CLAIM: {"file": "prod/apps/shop/orders.yaml", "line": 2, "origin": "apps/shop.yaml#L40"},
    SCALER: {"file": "prod/apps/chat/scaler.yaml", "line": 2, "origin": "apps/chat.yaml#L35"},
}


def effect(ref: Ref, topic: Topic, code: str, weight: Weight, says: str, **more: object) -> Effect:
    said = {"cluster": "prod", "topic": topic, "code": code, "weight": weight, "ref": ref, "says": says}
    return Effect(**(said | AT[ref] | more))  # type: ignore[arg-type]


def told(state: State, severity: Severity, rule: str, message: str, **more: object) -> Told:
    said = {"state": state, "severity": severity, "rule": rule, "ref": WEB, "status": Status.BROKEN, "message": message}
    return Told(**({"pointer": "/spec", "fix": "Say it as the Deployment does"} | said | AT[WEB] | more))  # type: ignore[arg-type]


EFFECTS = (
    effect(
        DATABASE,
        Topic.APPLY,
        "change-refused",
        Weight.BLOCKED,
        "cannot be applied: spec.volumeClaimTemplates cannot change once the object is there",
        why="its volume is 20Gi instead of 10Gi",
        fix="Keep the old size, or make a StatefulSet of another name and copy the data",
        pointer="/spec/volumeClaimTemplates/0/spec/resources/requests/storage",
    ),
    effect(
        CLAIM,
        Topic.DATA,
        "data-lost",
        Weight.DANGER,
        "is deleted with what is on it",
        why="Flux prunes what has left the tree, and its class deletes volumes that nobody claims",
        fix="Set kustomize.toolkit.fluxcd.io/prune: disabled first, and remove it in a later change",
    ),
    effect(
        WEB,
        Topic.ROLLOUT,
        "pods-replaced",
        Weight.DANGER,
        "stops all 4 pods before new ones start",
        why="its strategy is Recreate",
        pods=4,
        pods_down=4,
    ),
    effect(
        SCALER,
        Topic.OWNERSHIP,
        "replicas-taken",
        Weight.ATTENTION,
        "decides how many pods web has, and Flux sets 4 again at each sync",
        fix="Remove spec.replicas of the Deployment",
        doubt="the autoscaler may want 4 as well",
    ),
    effect(
        WEB, Topic.TRAFFIC, "share-moved", Weight.NOTE, "gets 20% of chat.example.com instead of 10%", cluster="staging"
    ),
    effect(WEB, Topic.TRAFFIC, "share-moved", Weight.NOTE, "gets 20% of chat.example.com instead of 10%"),
)
FINDINGS = (
    told(State.NEW, Severity.DOWN, "NET001", "Service chat/web selects app=web2, which no pod has"),
    told(State.ACCEPTED, Severity.RISK, "IMG001", "its image has no digest", why="comes next week (until 2027-01-31)"),
    told(State.FIXED, Severity.LOSS, "SCL002", "its autoscaler has no metrics"),
    told(State.STILL, Severity.RISK, "BUD001", "nothing keeps one pod during a drain"),
    told(State.STILL, Severity.RISK, "SEC001", "may be unknown", status=Status.UNKNOWN),
)
PLACEMENT = Placement(
    cluster="prod",
    cost_min_before=36_000,
    cost_max_before=72_000,
    cost_min_after=48_096,
    cost_max_after=108_288,
    asked=("chat/web asks for 1 l4 instead of none", "chat/db asks for 8Gi instead of 4Gi"),
    broken=("chat/web cannot stay in general: it has no l4",),
    moves=(
        Move(
            workloads=("chat/web",),
            origin=("general",),
            to=("gpu",),
            pods_min=2,
            pods_max=4,
            why="only gpu has an l4",
        ),
    ),
    nodes=(
        Nodes(
            pool="general",
            instance="m7i.xlarge",
            accelerators=0,
            accelerator_model="",
            e4_usd_per_hour_before=2_016,
            e4_usd_per_hour_after=2_016,
            min_before=5,
            max_before=9,
            min_after=4,
            max_after=7,
            limit_after=12,
        ),
        Nodes(
            pool="gpu",
            instance="g6.xlarge",
            accelerators=1,
            accelerator_model="l4",
            e4_usd_per_hour_before=8_048,
            e4_usd_per_hour_after=8_048,
            min_before=1,
            max_before=2,
            min_after=3,
            max_after=6,
            limit_after=6,
        ),
    ),
)
IMAGE = Image(
    cluster="prod",
    ref=WEB,
    container="web",
    before="registry.example.com/chat/web:v1",
    after="registry.example.com/chat/web:v2",
    pointer="/spec/template/spec/containers/0/image",
    origin="apps/chat.yaml#L31",
    is_pinned=False,
)
CHANGES = (
    Change(
        cluster="prod",
        ref=DATABASE,
        kind=Kind.MODIFIED,
        parts=(
            Part(
                pointer="/spec/volumeClaimTemplates/0/spec/resources/requests/storage",
                path="spec.volumeClaimTemplates[data].spec.resources.requests.storage",
                before='"10Gi"',
                after='"20Gi"',
            ),
        ),
        **AT[DATABASE],  # type: ignore[arg-type]
    ),
    Change(cluster="prod", ref=CLAIM, kind=Kind.REMOVED, **AT[CLAIM]),  # type: ignore[arg-type]
    Change(cluster="prod", ref=SCALER, kind=Kind.ADDED, **AT[SCALER]),  # type: ignore[arg-type]
)
REVIEW = Review(
    base="1111111111111111111111111111111111111111",
    head="2222222222222222222222222222222222222222",
    path="dist",
    verdict=Verdict.BLOCKED,
    changes=CHANGES,
    effects=EFFECTS,
    images=(IMAGE,),
    findings=FINDINGS,
    placements=(PLACEMENT,),
    flows=(
        Flow(cluster="prod", source="chat/web", target="chat/db", ports="5432", before=True, after=True),
        Flow(
            cluster="prod", source="shop/web", target="chat/db", ports="5432", before=True, after=False, why="chat/db"
        ),
        Flow(cluster="prod", source="anybody outside", target="chat/web", ports="443", before=False, after=True),
    ),
    needs=(
        Need(role=Role.APP_OWNER, subject="chat", why="2 objects of it change", team="team-chat"),
        Need(role=Role.CLUSTER_OWNER, subject="prod", why="nodes are added"),
        Need(role=Role.SECOND_REVIEWER, subject="", why="data may be lost"),
    ),
    unknown=("HelmRelease chat/redis was not rendered: its chart is not in the tree",),
    objects=340,
)
