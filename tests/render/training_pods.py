"""Pods of a rendered training job, each with the environment that its program finds, as the controllers complete it.

For a TrainJob that is what Trainer 2.3.0 adds (pkg/runtime/framework/plugins/{torch,jax,mpi}, read there); the number
of a pod comes from the Job controller, its name from JobSet, and `$(NAME)` is what kubelets put in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.render.api_object import Body

INDEX = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
TRAINER_PORT = 29500


@dataclass(frozen=True, kw_only=True)
class Pod:
    role: str
    number: int
    host: str
    """By which the others reach it, within the namespace."""
    env: Mapping[str, str]
    spec: Mapping[str, Any]


def pods_of(bodies: Iterable[Body], workload: str) -> list[Pod]:
    """All pods of a job, from everything that is rendered on a cluster."""
    mine = [one for one in bodies if one["metadata"].get("labels", {}).get("app.kubernetes.io/name") == workload]
    by_kind = {one["kind"]: one for one in mine}
    if "JobSet" in by_kind:
        job, spec = by_kind["JobSet"], by_kind["JobSet"]["spec"]
        return list(_pods(job["metadata"]["name"], spec, {}))
    job, runtime = by_kind["TrainJob"], by_kind["TrainingRuntime"]
    assert runtime["metadata"]["name"] == job["spec"]["runtimeRef"]["name"]
    name, policy = job["metadata"]["name"], runtime["spec"]["mlPolicy"]
    nodes = job["spec"]["trainer"]["numNodes"]
    counts = {"node": nodes - 1, "launcher": policy["numNodes"]} if "mpi" in policy else {"node": nodes}
    added = _by_trainer(name, job["spec"]["trainer"], policy)
    return list(_pods(name, runtime["spec"]["template"]["spec"], added, counts))


def _by_trainer(name: str, trainer: Mapping[str, Any], policy: Mapping[str, Any]) -> dict[str, list[Body]]:
    first = f"{name}-node-0-0.{name}"
    number: Body = {"valueFrom": {"fieldRef": {"fieldPath": INDEX}}}
    own = [{"name": one["name"], "value": one["value"]} for one in trainer.get("env", ())]
    nodes = trainer["numNodes"]
    set_here: dict[str, Body]
    if "torch" in policy:
        set_here = {
            "PET_NNODES": {"value": str(nodes)},
            "PET_NPROC_PER_NODE": {"value": str(trainer["numProcPerNode"])},
            "PET_NODE_RANK": number,
            "PET_MASTER_ADDR": {"value": first},
            "PET_MASTER_PORT": {"value": str(TRAINER_PORT)},
        }
    elif "jax" in policy:
        set_here = {
            "JAX_NUM_PROCESSES": {"value": str(nodes)},
            "JAX_PROCESS_ID": number,
            "JAX_COORDINATOR_ADDRESS": {"value": f"{first}:{TRAINER_PORT}"},
        }
    else:
        set_here = {"OMPI_MCA_orte_set_default_slots": {"value": str(policy["mpi"]["numProcPerNode"])}}
    made = [*own, *({"name": key, **value} for key, value in set_here.items())]
    return {"node": own if "mpi" in policy else made, "launcher": made}


def _pods(
    name: str, spec: Mapping[str, Any], added: Mapping[str, list[Body]], counts: Mapping[str, int] | None = None
) -> Iterator[Pod]:
    for role in spec["replicatedJobs"]:
        pod = role["template"]["spec"]["template"]["spec"]
        for number in range((counts or {}).get(role["name"], role["template"]["spec"]["completions"])):
            env: dict[str, str] = {}
            for one in [*pod["containers"][0].get("env", ()), *added.get(role["name"], ())]:
                env[one["name"]] = str(number) if "valueFrom" in one else expanded(one["value"], env)
            host = f"{name}-{role['name']}-0-{number}.{name}"
            yield Pod(role=role["name"], number=number, host=host, env=env, spec=pod)


def expanded(text: str, env: Mapping[str, str]) -> str:
    """As Kubernetes does: names that are known, and `$$` for a dollar."""
    return re.sub(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)", lambda m: env.get(m[1], m[0]) if m[1] else "$", text)
