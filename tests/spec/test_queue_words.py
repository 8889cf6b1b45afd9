"""What queues cannot say: each with its line, the numbers, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spec.repository_of_specs import CLUSTER

from bayplan.complaint import BadInput
from bayplan.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.spec.platform import Platform

POOLS = """\
  - {name: l4, instance: g6.4xlarge, zones: [a, b], nodes: {min: 0, max: 8}}
  - {name: spot, instance: m7i.xlarge, zones: [a], nodes: {max: 4}, capacity: spot, usd_per_hour: "0.1"}
  - {name: a100, instance: p4d.24xlarge, zones: [a], nodes: {min: 2, max: 2}, network: true}
  - {name: cut, instance: p4d.24xlarge, zones: [a], nodes: {max: 1}, mig: {1g.5gb: 4, 3g.20gb: 1}}
"""
WHOLE = CLUSTER.replace('istio: "1.31"', 'kueue: "0.19"') + POOLS
IMAGE = f"registry.example.com/vision:v1@sha256:{'1f' * 32}"
VISION = "vision: {guaranteed: {l4: 4}}"
WRONGS = [
    ("vision: {guaranteed: {l5: 4}}", "/guaranteed", "no pool has, or is called, 'l5'", 'Did you mean "l4"?'),
    ("vision: {guaranteed: {l4: 9}}", "/guaranteed", "9 nvidia.com/gpu, but l4 at 8 nodes hold 8", "1 nvidia.com/gpu"),
    (
        "nlp: {guaranteed: {l4: 6}}\n  vision: {guaranteed: {l4: 6}}",
        "",
        "hold 8 nvidia.com/gpu, of which nlp has 6",
        "",
    ),
    ("vision: {guaranteed: {cpu: 64}}", "", "64 cpu, but general at 6 nodes hold 23.", "40.48 cpu are missing"),
    ("vision: {guaranteed: {l4: 2.5}}", "", "2.5 is no number of accelerators", "l4: 4"),
    ("vision: {guaranteed: {cpu: many}}", "", "'many' is no amount of cpu", "cpu: 64"),
    ("vision: {guaranteed: {l4: {cpu: 4}}}", "", "pool 'l4' is counted in its accelerators", "l4: 4"),
    ("vision: {guaranteed: {spot: 4}}", "", "pool 'spot' has no accelerators to count", "{cpu: 64"),
    (
        "vision: {guaranteed: {cut: 4}}",
        "",
        "pool 'cut' has nvidia.com/mig-1g.5gb and nvidia.com/mig-3g.20gb",
        "profile",
    ),
    ("vision: {guaranteed: {spot: {gpu: 4}}}", "", "unknown key 'gpu'", "cpu and memory"),
    ("vision: {guaranteed: {l4: 4}, maximum: {l4: 3}}", "", "guaranteed l4 4 is above maximum 3", "Raise maximum"),
    ("vision: {guaranteed: {l4: 4}, borrow: {l4: 1}, maximum: {l4: 5}}", "", "both maximum and borrow limit l4", ""),
    ("vision: {guaranteed: {l4: 4}, lend: {l4: 5}}", "", "lends l4 5, of which it is guaranteed 4", ""),
    ("vision: {guaranteed: {1g.5gb: 4}, pools: [general]}", "", "queue's pools (general) has 1g.5gb", "Add cut"),
    ("vision: {guaranteed: {l4: 4}, pools: [l5]}", "", "no pool is called 'l5'", 'Did you mean "l4"?'),
    ("vision: {guaranteed: {l4: 4}, pools: [l4, l4]}", "", "pool 'l4' is named twice", ""),
    ("vision: {}", "", "the queue of 'vision' has nothing", "guaranteed: {l4: 4}"),
    ("vision: {borrow: {l4: 2}}", "", "the queue of 'vision' has nothing", ""),
    ("visoin: {guaranteed: {l4: 4}}", "", "no app is of team 'visoin'", 'Did you mean "vision"?'),
    (
        f"{VISION}\ncohorts: {{team: {{shared: {{l4: 2}}}}}}",
        "",
        "no queue is in cohort 'team'",
        'Did you mean "teams"?',
    ),
    (
        f"{VISION}\ncohorts: {{teams: {{shared: {{l4: 5}}}}}}",
        "",
        "of which vision has 4",
        "1 nvidia.com/gpu are missing",
    ),
    (
        f"{VISION}\ncohorts: {{teams: {{within: all}}, all: {{within: teams}}}}",
        "",
        "within each other: teams within",
        "",
    ),
    (
        f"{VISION}\nquotas: {{vision: {{accelerators: 3}}}}",
        "",
        "guaranteed are 4 accelerators, quotas give 'vision' 3",
        "",
    ),
    ("vision: {guaranteed: {l4: 4}, order: fifo}", "", "'fifo' is not possible here", "strict"),
    ("vision: {guaranteed: {l4: 4}, borrow: all}", "", "borrow: 'all' is not possible here", "any"),
]


def read(root: Path, queues: str, jobs: str = "", cluster: str = WHOLE) -> Platform:
    """A repository of one cluster with these queues, and one app of team vision with these workloads."""
    web = (
        f"{{kind: Service, name: web, image: {IMAGE}, accelerator: {{model: l4}}, replicas: 3, rollout: {{surge: 1}}}}"
    )
    for path, text in (
        ("clusters/lab/cluster.yaml", f"{cluster}queues:\n  {queues}\n"),
        ("apps/eye.yaml", f"name: eye\nteam: vision\nworkloads:\n  - {web}\n{jobs}"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return load(root)


def refusal(root: Path, queues: str, jobs: str = "", cluster: str = WHOLE) -> str:
    with pytest.raises(BadInput) as refused:
        read(root, queues, jobs, cluster)
    return str(refused.value)


@pytest.mark.parametrize(("queues", "at", "what", "fix"), WRONGS, ids=[wrong[2] for wrong in WRONGS])
def test_a_contradiction_is_told_with_its_numbers(tmp_path: Path, queues: str, at: str, what: str, fix: str) -> None:
    told = refusal(tmp_path, queues)
    assert what in told
    assert fix in told
    line = len(WHOLE.splitlines()) + 2
    assert not at or told.startswith(f"clusters/lab/cluster.yaml:{line}: ")


def test_queues_need_kueue(tmp_path: Path) -> None:
    told = refusal(tmp_path, VISION, cluster=WHOLE.replace(', kueue: "0.19"', ""))
    assert "there are queues, but kueue is not among the controllers" in told


def test_what_is_guaranteed_is_there_beside_the_services(tmp_path: Path) -> None:
    told = refusal(tmp_path, "vision: {guaranteed: {l4: 6}}")
    assert "guaranteed 6 nvidia.com/gpu of l4, services take 4" in told
    assert "together 10 nvidia.com/gpu, the pools hold 8" in told
    assert read(tmp_path, VISION).clusters[0].queues["vision"].guaranteed == {"l4": 4}


def test_a_topology_needs_nodes_that_are_there(tmp_path: Path) -> None:
    levels = "network: true, topology: [example.com/rack, kubernetes.io/hostname]"
    told = refusal(tmp_path, VISION, cluster=WHOLE.replace("nodes: {min: 0, max: 8}", f"nodes: {{max: 8}}, {levels}"))
    assert "topology of pool 'l4', which has 0 to 8 nodes" in told
    assert "the level kubernetes.io/hostname is there already" in told


JOBS = [
    ("accelerator: {model: l4}, parts: 5", "5 pods ask for 5 nvidia.com/gpu of l4, its queue can have 4"),
    ("accelerator: {model: l4}, resources: {cpu: 15}, parts: 4", ""),
    ("accelerator: {model: a100, count: 8}", "would run on a100, of which its queue has nothing: it has some of l4"),
    ("resources: {cpu: 1}", "would run on general, of which its queue has nothing"),
    ("resources: {cpu: 100}", ""),  # no node takes it at all: that is for the plan to explain
]


@pytest.mark.parametrize(("job", "what"), JOBS)
def test_a_job_that_could_never_run_alone_is_refused(tmp_path: Path, job: str, what: str) -> None:
    jobs = f"  - {{kind: BatchJob, name: train, image: {IMAGE}, {job}}}\n"
    if not what:
        assert read(tmp_path, VISION, jobs).apps
        return
    told = refusal(tmp_path, VISION, jobs)
    assert told.startswith("apps/eye.yaml:5: train can never be admitted on lab: ")
    assert what in told


def test_what_comes_with_accelerators_limits_jobs_too(tmp_path: Path) -> None:
    """Two of the eight accelerators of a machine bring two eighths of its processors."""
    jobs = (
        f"  - {{kind: BatchJob, name: train, image: {IMAGE}, accelerator: {{model: a100}}, resources: {{cpu: 40}}}}\n"
    )
    told = refusal(tmp_path, "vision: {guaranteed: {a100: 2}}", jobs)
    assert "1 pod asks for 40 cpu of a100, its queue can have 23.922 cpu at the most" in told
    assert "that is what comes with 2 nvidia.com/gpu there" in told
