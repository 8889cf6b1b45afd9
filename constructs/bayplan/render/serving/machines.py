"""A replica that takes several machines: a leader that answers, workers that hold the rest, all or none of them.

vLLM's processes find each other through the leader's address and their number, which LeaderWorkerSet gives every pod.
They talk on ports that nobody knows beforehand, past the mesh: workers have no proxy, and the leader's takes only calls
on its port and those to workloads that it may call. A group is started anew as a whole when one of it ends.

All groups stand in the one zone and pool that the plan chose for them: leaders are seated first, and where they could
choose among zones, one could come to stand where there is no room for its workers. Each group has a headless Service of
its own name, so that none of them is called as the workload.

Source: <https://docs.vllm.ai/en/latest/serving/parallelism_scaling/#running-vllm-with-multiprocessing>,
<https://docs.vllm.ai/en/latest/serving/data_parallel_deployment/>, <https://lws.sigs.k8s.io/docs/concepts/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.labels import PART
from bayplan.render.pod import pod_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Peer, Place
    from bayplan.spec.traits.llm import Llm
    from bayplan.spec.workloads.model_server import ModelServer

API_VERSION, KIND = "leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"
LEADER, WORKER = "leader", "worker"
_OWN_ADDRESS, _LEADER_ADDRESS, _NUMBER = "$(VLLM_HOST_IP)", "$(LWS_LEADER_ADDRESS)", "$(LWS_WORKER_INDEX)"
_DATA_PORT = 13345


def group_set(server: ModelServer, llm: Llm, serving: Serving, place: Place) -> Body:
    """The spec of a LeaderWorkerSet: each replica is a group of as many pods as machines."""
    template = pod_template(server, serving, place)
    rollout = server.rollout.surge_of(server.replicas_max)
    return {
        "replicas": _replicas(server, place),
        "startupPolicy": "LeaderCreated",
        "networkConfig": {"subdomainPolicy": "UniquePerReplica"},
        "rolloutStrategy": {
            "type": "RollingUpdate",
            "rollingUpdateConfiguration": {"maxSurge": rollout, "maxUnavailable": 0 if rollout else 1},
        },
        "leaderWorkerTemplate": {
            "size": server.machines,
            "restartPolicy": "RecreateGroupOnPodRestart",
            "leaderTemplate": _leader(template, server, llm, place),
            "workerTemplate": _worker(template, server, llm),
        },
    }


def _replicas(server: ModelServer, place: Place) -> int | None:
    """None where an autoscaler owns the number."""
    return 0 if place.waits else None if server.autoscale else server.replicas


def _leader(template: Body, server: ModelServer, llm: Llm, place: Place) -> Body:
    made = _member(template, server, LEADER, _flags(llm, server.machines, _OWN_ADDRESS))
    if place.site.mesh:
        made["metadata"]["annotations"] |= _only_calls(server.port, place.callees)
    return made


def _worker(template: Body, server: ModelServer, llm: Llm) -> Body:
    numbered = ("--data-parallel-start-rank=" + _NUMBER,) if llm.data > 1 else ()
    flags = (*_flags(llm, server.machines, _LEADER_ADDRESS), *numbered, "--headless")
    made = _member(template, server, WORKER, flags)
    container = made["spec"]["containers"][0]
    for unasked in ("ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"):
        container.pop(unasked, None)  # it answers nobody
    made["metadata"]["labels"]["sidecar.istio.io/inject"] = "false"
    made["metadata"].pop("annotations", None)
    return made


def _member(template: Body, server: ModelServer, part: str, flags: Iterable[str]) -> Body:
    """A pod of a group, told where the others are."""
    spec, metadata = template["spec"], template["metadata"]
    container = spec["containers"][0]
    own = len(server.args)
    args = container["args"]
    return {
        "metadata": {**metadata, "labels": {**metadata["labels"], PART: part}},
        "spec": {
            **{key: value for key, value in spec.items() if key != "topologySpreadConstraints"},
            "containers": [{**container, "args": [*args[: len(args) - own], *flags, *args[len(args) - own :]]}],
        },
    }


def _flags(llm: Llm, machines: int, leader: str) -> tuple[str, ...]:
    """How one of several processes finds the others: as stages of one model, or as copies of it side by side."""
    if llm.data > 1:
        return (
            "--data-parallel-size-local=1",
            f"--data-parallel-address={leader}",
            f"--data-parallel-rpc-port={_DATA_PORT}",
        )
    return (f"--nnodes={machines}", f"--node-rank={_NUMBER}", f"--master-addr={leader}")


def _only_calls(port: int, callees: Iterable[Peer]) -> dict[str, str]:
    """What of the leader goes through its proxy: calls to its port, and its own to workloads.

    Source: <https://istio.io/latest/docs/reference/config/annotations/>
    """
    ports = sorted({80, *(peer.port for peer in callees)}) if callees else []
    said = {
        "traffic.sidecar.istio.io/includeInboundPorts": str(port),
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
    }
    return said | ({"traffic.sidecar.istio.io/includeOutboundPorts": ",".join(map(str, ports))} if ports else {})
