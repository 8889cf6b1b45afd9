"""Google's machines with TPUs, whose pools GKE makes.

CPU and memory of a machine by Google's list of machine types (2026-11), less what GKE keeps for the system; 16 GB of
memory each by <https://cloud.google.com/tpu/docs/v5e>. Prices are in no list that can be had: pools say theirs. Newer
TPUs are spelled out under `instances` of a cluster, as pods see them.
Source: <https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes>
"""

from __future__ import annotations

from bayplan.spec.cluster import Instance

TPU_V5E = {"ct5lp-hightpu-1t": (24, 48, 1), "ct5lp-hightpu-4t": (112, 192, 4), "ct5lp-hightpu-8t": (224, 384, 8)}
"""Cores, memory in GB and chips."""
MODEL = "tpu-v5e"
TOPOLOGIES = {1: "1x1", 4: "2x2", 8: "2x4"}
"""Of the chips of one machine that stands alone."""
CPU_KEPT_PERMYRIAD = ((1, 600), (1, 100), (2, 50))
"""Of the first core, the second, the two after it; 25 of all others."""
MEMORY_KEPT_PERCENT = ((4, 25), (4, 20), (8, 10), (112, 6))
"""Of the first 4 GiB and so on; 2 of all others."""
EVICTION_MIB = 100


def find(name: str) -> Instance | None:
    """What pods can use of a type; None where it is no machine with TPUs that is known."""
    if name not in TPU_V5E:
        return None
    cores, memory_gb, chips = TPU_V5E[name]
    return Instance(
        cpu=f"{_cpu_millicores(cores)}m",
        memory=f"{_memory_mib(memory_gb * 10**9 // 2**20)}Mi",
        accelerator=MODEL,
        accelerators=chips,
        accelerator_memory="16G",
        resource="google.com/tpu",
    )


def labels_of(name: str) -> dict[str, str]:
    """What GKE labels nodes of a type with, if each stands alone; pods have to say it, or GKE refuses them."""
    if name not in TPU_V5E:
        return {}
    labels = {"accelerator": "tpu-v5-lite-podslice", "topology": TOPOLOGIES[TPU_V5E[name][2]]}
    return {f"cloud.google.com/gke-tpu-{key}": value for key, value in labels.items()}


def _cpu_millicores(cores: int) -> int:
    kept, left = 0, cores
    for first, permyriad in (*CPU_KEPT_PERMYRIAD, (cores, 25)):
        part = min(first, left)
        kept, left = kept + part * permyriad, left - part
    return cores * 1000 + -kept // 10


def _memory_mib(memory_mib: int) -> int:
    kept, left = 0, memory_mib
    for first_gib, percent in (*MEMORY_KEPT_PERCENT, (memory_mib, 2)):
        part = min(first_gib * 1024, left)
        kept, left = kept + part * percent, left - part
    return memory_mib + -kept // 100 - EVICTION_MIB
