"""What holds for all that is trained, tuned, run once or by the clock, or opened as a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.words import IMAGE, lab, sign

from bayplan import App
from bayplan.placement.plan import Plan, Seat
from bayplan.placement.pose import pose
from bayplan.render.api_object import synthesise
from bayplan.render.tree import build
from bayplan.spec.amount import parse
from bayplan.spec.cluster import Nodes, Pool
from bayplan.spec.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.problem import Problem

CONTROLLERS = {"flux": "2.9", "istio": "1.31", "istio-cni": "1.31", "jobset": "0.12", "kuberay": "1.6"}
POOLS = (
    Pool(name="cut", instance="p4d.24xlarge", zones=("a",), nodes=Nodes(max=9), mig="all-1g.5gb"),
    Pool(name="general", instance="m7i.4xlarge", zones=("a", "b"), nodes=Nodes(max=99), ephemeral="90Gi"),
    Pool(name="gpu", instance="g6.12xlarge", zones=("a",), nodes=Nodes(max=99), ephemeral="90Gi"),
)
NAME_MOST = 63
NAMES = st.text("abc-", min_size=1, max_size=22).map(lambda text: f"x{text}x")
RESOURCES = st.fixed_dictionaries(
    {"cpu": st.sampled_from(["1m", "250m", "1.5", 2]), "memory": st.sampled_from(["1Gi", "1500M", 3 * 2**30])},
    optional={"ephemeral": st.just("1Gi"), "cpu_limit": st.just("4")},
)
ACCELERATORS = st.none() | st.sampled_from([{"model": "l4", "count": 4}, {}, {"slice": "1g.5gb", "count": 2}])
ROLE = st.fixed_dictionaries({}, optional={"resources": RESOURCES, "accelerator": ACCELERATORS})
COMMON: dict[str, Any] = {"name": NAMES, "image": st.just(IMAGE), "resources": RESOURCES, "accelerator": ACCELERATORS}
VOLUME = {"size": "1Gi", "type": "gp3"}
KINDS: dict[str, dict[str, Any]] = {
    "BatchJob": {"parts": st.integers(1, 9), "schedule": st.sampled_from([None, "@daily"])},
    "Workspace": {"owner": st.just("ada@example.com"), "storage": st.just(VOLUME)},
    "TuningJob": {
        "command": st.just(["run"]),
        "metric": st.just("loss"),
        "goal": st.just("min"),
        "space": st.just({"lr": {"low": 0.1, "high": 1}}),
        "at_once": st.integers(1, 9),
    },
}
TRAINING: dict[str, Any] = {
    "kind": st.just("TrainingJob"),
    "framework": st.sampled_from(["pytorch", "jax", "tensorflow"]),
    "workers": st.integers(1, 9),
}
SERVED: dict[str, Any] = {word: st.none() | ROLE for word in ("parameter_servers", "chief", "evaluator")}
WORK = st.one_of(
    *(st.fixed_dictionaries({**COMMON, "kind": st.just(kind), **more}) for kind, more in KINDS.items()),
    st.fixed_dictionaries({**COMMON, **TRAINING}),
    st.fixed_dictionaries({**COMMON, **TRAINING, **SERVED, "framework": st.just("tensorflow")}),
)
FLEETS = st.lists(st.lists(WORK, min_size=1, max_size=3, unique_by=lambda one: one["name"]), min_size=1, max_size=3)
CLUSTER = lab(controllers=CONTROLLERS, pools=POOLS, storage={"gp3": "0.1"})
Body = dict[str, Any]


def apps_of(fleet: list[list[Body]], prefix: str = "app") -> list[App]:
    said = ({"name": f"{prefix}-{number}", "team": "web", "workloads": work} for number, work in enumerate(fleet))
    return [sign(App.model_validate(one), f"apps/{one['name']}.yaml") for one in said]


def rendered(apps: list[App]) -> tuple[Problem, dict[str, list[Body]]]:
    """What is asked of the plan, and what is built where each of it sits in the first pool that has what it needs."""
    platform = Platform(root=Path(), apps=tuple(apps), clusters=(CLUSTER,))
    problem = pose(platform, CLUSTER)
    seats = []
    for demand in problem.demands:
        pool = "gpu" if demand.accelerators else "cut" if any("mig" in name for name in _extra(problem, demand)) else ""
        seat: dict[str, Any] = {"pods_min": demand.pods_min, "pods_max": demand.pods_max}
        seats.append(Seat(workload=demand.workload, pool=pool or "general", **seat))
    costs: dict[str, Any] = dict.fromkeys(
        ("cost_min_e4_usd_per_hour", "cost_max_e4_usd_per_hour", "bound_min_e4_usd_per_hour"), 0
    )
    plan = Plan(cluster="lab", seats=tuple(sorted(seats)), bays=(), **costs)
    return problem, synthesise(build(platform, {"lab": plan}))


def _extra(problem: Problem, demand: Any) -> dict[str, int]:
    return {name: amount for name, amount in zip(problem.resources, demand.extra, strict=True) if amount}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FLEETS)
def test_pods_ask_for_what_the_plan_has_seated(fleet: list[list[Body]]) -> None:
    problem, made = rendered(apps_of(fleet))
    planned: dict[str, set[Any]] = {}
    for demand in problem.demands:
        asked = {"cpu": demand.cpu_millicores - demand.sidecar_cpu_millicores, **_extra(problem, demand)}
        asked |= {"memory": demand.memory_mib - demand.sidecar_memory_mib, "nvidia.com/gpu": demand.accelerators}
        workload = demand.workload.partition("@")[0]
        planned.setdefault(workload, set()).add(tuple(sorted((key, size) for key, size in asked.items() if size)))
    found: dict[str, set[Any]] = {}
    for body in (body for path, part in made.items() if "/apps/" in path for body in part):
        name = f"{body['metadata']['namespace']}/{body['metadata']['labels']['app.kubernetes.io/name']}"
        for pod in pods_in(body):
            found.setdefault(name, set()).add(asked_by(pod))
    assert found == planned


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FLEETS, FLEETS)
def test_who_else_is_there_changes_nothing(fleet: list[list[Body]], others: list[list[Body]]) -> None:
    alone, among = apps_of(fleet), [*apps_of(others, "other"), *reversed(apps_of(fleet))]
    _, before = rendered(alone)
    _, after = rendered(among)
    for app in alone:
        assert after[f"lab/apps/{app.name}"] == before[f"lab/apps/{app.name}"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FLEETS)
def test_names_are_short_enough_and_nobody_has_anothers(fleet: list[list[Body]]) -> None:
    _, made = rendered(apps_of(fleet))
    bodies = [body for part in made.values() for body in part]
    names = [(body["apiVersion"], body["kind"], body["metadata"].get("namespace"), name_of(body)) for body in bodies]
    assert len(set(names)) == len(names)
    assert [name for *_, name in names if len(name) > NAME_MOST] == []
    labels = [label for body in bodies for label in body["metadata"].get("labels", {}).values()]
    assert [label for label in labels if len(label) > NAME_MOST] == []


def name_of(body: Body) -> str:
    return str(body["metadata"]["name"])


def pods_in(value: object) -> Iterator[Body]:
    """Every spec of pods in an object."""
    if isinstance(value, dict):
        if isinstance(value.get("containers"), list):
            yield value
        for part in value.values():
            yield from pods_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from pods_in(part)


def asked_by(pod: Body) -> tuple[tuple[str, int], ...]:
    """Thousandths of a core, MiB, and devices, of all containers of a pod."""
    found: dict[str, int] = {}
    for container in pod["containers"]:
        said = container["resources"]
        for key, text in {**said.get("limits", {}), **said["requests"]}.items():
            size = parse(str(text))
            amount = (
                size * 1000 if key == "cpu" else -(-size // 2**20) if key in ("memory", "ephemeral-storage") else size
            )
            found[key] = found.get(key, 0) + int(amount)
    return tuple(sorted(found.items()))
