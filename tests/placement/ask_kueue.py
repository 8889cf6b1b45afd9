"""What Kueue's own scheduler admits: `python -m tests.placement.ask_kueue` makes kueue_scheduler.json anew.

It compiles the scheduler of the pinned Kueue with `ask_kueue.go` (15 minutes on a busy machine, once), and asks it
about random queues and jobs, which come in two batches. The answers are kept, so that the tests need no Go.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from tests.placement.queue_worlds import GPU, TEAMS, cluster, job, steady
from tools.golang import CACHE, GO, environment

from bayplan.placement.admission.nearness import spots_of
from bayplan.render.api_object import written
from bayplan.render.platform.queues import objects
from bayplan.spec.queueing.amount import quantity
from bayplan.spec.queueing.flavor import HOST, ZONE, flavors_of
from bayplan.spec.queueing.job import Job, PodSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.spec.cluster import Cluster

KUEUE = CACHE / "go" / "pkg" / "mod" / "sigs.k8s.io" / "kueue@v0.19.2"
TABLE = Path(__file__).parent / "kueue_scheduler.json"
COHORTS: tuple[dict[str, Any], ...] = (
    {},
    {"teams": {"shared": {"l4": 2}}},
    {"teams": {"within": "all"}, "others": {"within": "all"}},
    {"teams": {"within": "all", "shared": {"l4": 1}}, "others": {"within": "all"}, "all": {"shared": {"l4-big": 2}}},
)
KINDS = (("flavors", "ResourceFlavor"), ("cohorts", "Cohort"), ("queues", "ClusterQueue"), ("topologies", "Topology"))
KEPT = 18
"""Of each sort: fair or not, with nodes that are always there or not."""
Body = dict[str, Any]


def question(seed: int) -> Body | None:
    """Random queues and jobs; None where bayplan would refuse the queues."""
    dice = random.Random(seed)  # noqa: S311 - the same questions every time
    is_steady, is_fair = dice.choice([True, False]), dice.choice([True, False])
    queues = {team: _queue(dice, 2 if is_steady else 4) for team in TEAMS}
    jobs = [_job(dice, number) for number in range(dice.randint(2, 10))]
    told: Body = {"queues": queues, "cohorts": dice.choice(COHORTS), "fair": is_fair, "steady": is_steady}
    told |= {"jobs": jobs, "first": dice.choice([len(jobs), len(jobs) // 2, 1])}
    try:
        here(told)
    except ValidationError:
        return None
    for one in jobs if is_steady else ():
        for group in one["groups"]:
            group.append(dice.choice(["anywhere", "zone", "network"]))
    return told


def here(asked: Body) -> Cluster:
    """The cluster of a question."""
    return (steady if asked["steady"] else cluster)(asked["queues"], asked["cohorts"])


def _queue(dice: random.Random, most: int) -> Body:
    own = {"l4": dice.randint(0, most), "l4-big": dice.randint(0, 4)}
    return {
        "guaranteed": own,
        "borrow": dice.choice(["any", {"l4": dice.randint(0, 4), "l4-big": dice.randint(0, 4)}]),
        "lend": dice.choice(["all", {key: dice.randint(0, own[key]) for key in own}]),
        "stops": dice.choice(["nobody", "borrowers", "lower"]),
        "order": dice.choice(["strict", "best-effort"]),
        "cohort": dice.choice(["teams", "teams", "others"]),
        "pools": dice.choice([[], ["l4-big", "l4"]]),
        "weight": dice.choice([1, 1, 2, 3]),
    }


def _job(dice: random.Random, number: int) -> Body:
    kinds = ["l4", "l4-big", "l4 l4-big"]
    groups = [
        [name, dice.randint(1, 3), dice.choice([1, 1, 2, 4]), dice.choice(kinds)]
        for name in dice.choice([["a"], ["a"], ["a", "b"]])
    ]
    return {
        "name": f"j{number}",
        "team": dice.choice(TEAMS),
        "priority": dice.choice([0, 0, 1000, -1000]),
        "groups": groups,
    }


def job_of(said: Body) -> Job:
    """A job of a question: each group of pods with its number, accelerators of each, and kinds of nodes."""
    podsets = []
    for name, pods, gpus, flavors, *near in said["groups"]:
        each = job("", "", gpus=gpus).podsets[0].each
        kinds, together = tuple(flavors.split()), near in (["zone"], ["network"])
        loose = near == ["network"]
        podsets.append(PodSet(name=name, pods=pods, each=each, flavors=kinds, together=together, is_loose=loose))
    return Job(name=said["name"], team=said["team"], priority=said["priority"], podsets=tuple(podsets))


def world(asked: Body) -> Body:
    """A question in Kueue's own objects."""
    bodies = [written(body) for body in objects(here(asked), [])]
    for body in bodies:
        if body["kind"] == "ClusterQueue":
            body["spec"]["namespaceSelector"] = {}
    locals_ = [
        {"metadata": {"name": t, "namespace": "app"}, "spec": {"clusterQueue": t}} for t in sorted(asked["queues"])
    ]
    jobs = [_workload(job_of(said), number, near=asked["steady"]) for number, said in enumerate(asked["jobs"])]
    of_kind = {key: [body for body in bodies if body["kind"] == kind] for key, kind in KINDS}
    come = {"workloads": jobs[: asked["first"]], "later": jobs[asked["first"] :]}
    return of_kind | come | {"locals": locals_, "fair": asked["fair"], "nodes": list(_nodes(here(asked)))}


def _nodes(cluster: Cluster) -> Iterator[Body]:
    """Those of the kinds whose topology is known, as the simulation thinks of them."""
    flavors = flavors_of(cluster)
    for name, spots in spots_of(flavors.values()).items():
        for spot in spots:
            labels = flavors[name].machine.labels | {ZONE: spot.zone, HOST: spot.name}
            room = {key: quantity(key, amount) for key, amount in spot.room.items()}
            yield {
                "metadata": {"name": spot.name, "labels": labels | {"kubernetes.io/arch": "amd64"}},
                "status": {"allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]},
            }


def _workload(one: Job, number: int, *, near: bool) -> Body:
    about = {"name": one.name, "namespace": "app", "uid": f"uid-{number:03}"}
    created = {"creationTimestamp": f"2026-01-01T00:00:{number:02}Z"}
    podsets = [
        {"name": podset.name, "count": podset.pods, "template": _template(podset)}
        | ({"topologyRequest": _nearness(podset)} if near else {})
        for podset in one.podsets
    ]
    return {
        "metadata": about | created,
        "spec": {"queueName": one.team, "priority": one.priority, "podSets": podsets},
    }


def _nearness(podset: PodSet) -> Body:
    """As the annotations of pods become it."""
    if not podset.together:
        return {"unconstrained": True}
    return {"preferred" if podset.is_loose else "required": ZONE}


def _template(podset: PodSet) -> Body:
    requests = {name: quantity(name, amount) for name, amount in podset.each.items()}
    expressions = [{"key": "bayplan.dev/pool", "operator": "In", "values": [*podset.flavors]}]
    terms = {"nodeSelectorTerms": [{"matchExpressions": expressions}]}
    return {
        "spec": {
            "containers": [{"name": "c", "resources": {"requests": requests}}],
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}},
        }
    }


def ask(questions: Sequence[Body], program: Path) -> list[Body]:
    """What runs in the end, on which kinds of nodes, and who was stopped."""
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder) / "in.json", Path(folder) / "out.json"
        asked.write_text(json.dumps([world(one) for one in questions]))
        where = {**os.environ, "ORACLE_IN": str(asked), "ORACLE_OUT": str(told)}
        subprocess.run([program, "-test.run", "TestOracle"], env=where, cwd=folder, check=True, capture_output=True)
        answers: list[Body] = json.loads(told.read_text())
    if wrong := [one["error"] for one in answers if one["error"]]:
        sys.exit(f"Kueue refuses: {wrong[0]}")
    return [
        {"admitted": one["admitted"], "order": one["order"] or [], "stopped": sorted(set(one["preempted"] or []))}
        for one in answers
    ]


def compile_scheduler(folder: Path) -> Path:
    """The program, made in a copy of the module."""
    shutil.copytree(KUEUE, folder / "kueue")
    package = folder / "kueue" / "pkg" / "scheduler"
    for test in package.glob("*_test.go"):
        test.unlink()
    shutil.copy(Path(__file__).with_suffix(".go"), package / "ask_kueue_test.go")
    flags = {**environment(), "GOFLAGS": "-modcacherw -buildvcs=false -trimpath -mod=mod"}
    command = [str(GO), "test", "-c", "-o", str(folder / "ask-kueue"), "./pkg/scheduler"]
    subprocess.run(command, cwd=folder / "kueue", env=flags, check=True)
    return folder / "ask-kueue"


def record(program: Path, seeds: Sequence[int]) -> list[Body]:
    """Questions with their answers: of each sort first those in which somebody was stopped or had to wait."""
    asked = [one for seed in seeds if (one := question(seed))]
    told = [one | answer for one, answer in zip(asked, ask(asked, program), strict=True)]
    told.sort(key=lambda one: (not one["stopped"], len(one["admitted"]) == len(one["jobs"])))
    sorts = [(fair, steady) for fair in (False, True) for steady in (False, True)]
    return [one for sort in sorts for one in [each for each in told if (each["fair"], each["steady"]) == sort][:KEPT]]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = Path(sys.argv[1]) if sys.argv[1:] else compile_scheduler(Path(made))
        kept = record(found, range(330))
    TABLE.write_text("[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in kept) + "\n]\n")
    print(f"{len(kept)} answers; accelerators are {GPU}")
