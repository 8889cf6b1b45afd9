"""A cluster whose pools need every word of nodes: on demand and spot, always there, cut, shared, reserved, arm."""

from __future__ import annotations

from typing import Any

from bayplan.placement.plan import Bay, Plan
from bayplan.spec.cluster import Cluster

KARPENTER: dict[str, Any] = {
    "role": "KarpenterNodeRole-prod",
    "image": "al2023@v20261101",
    "subnets": {"karpenter.sh/discovery": "prod"},
    "security_groups": ["sg-0a1b2c3d"],
    "tags": {"team": "platform"},
    "gates": ["StaticCapacity", "NodeOverlay"],
}
GENERAL: dict[str, Any] = {
    "name": "general",
    "instance": "m7i.4xlarge",
    "zones": ["a", "b", "c"],
    "nodes": {"min": 3, "max": 40},
    "overhead": {"cpu": "300m", "memory": "512Mi", "pods": 8, "reserved": {"cpu": "100m", "memory": "256Mi"}},
    "ephemeral": "80Gi",
}
SPOT: dict[str, Any] = {
    "name": "spot",
    "instance": "m7g.4xlarge",
    "zones": ["a"],
    "nodes": {"max": 20},
    "capacity": "spot",
    "usd_per_hour": "0.2",
    "taints": [{"key": "example.com/interruptible", "value": "true"}],
    "upkeep": {
        "consolidate": "balanced",
        "after": "1m",
        "expire": "never",
        "grace": "1h",
        "weight": 10,
        "image": "ami-0123456789abcdef0",
        "family": "Bottlerocket",
        "tags": {"life": "short"},
        "budgets": [
            {"nodes": "20%", "reasons": ["Empty", "Drifted"]},
            {"nodes": "0", "schedule": "0 9 * * 1-5", "duration": "8h"},
        ],
    },
    "ephemeral": "50Gi",
}
CUT: dict[str, Any] = {
    "name": "a100",
    "instance": "p4d.24xlarge",
    "zones": ["b"],
    "nodes": {"max": 4},
    "mig": {"1g.5gb": 4, "3g.20gb": 1},
    "upkeep": {"local_disks": True},
}
FAST: dict[str, Any] = {
    "name": "h100",
    "instance": "p5.48xlarge",
    "zones": ["a"],
    "nodes": {"min": 2, "max": 2},
    "network": True,
    "capacity": "reserved",
    "usd_per_hour": "55.04",
    "others": {"vpc.amazonaws.com/efa": 2},
    "upkeep": {"reservations": ["cr-0123456789"], "placement_group": "training"},
}
SHARED: dict[str, Any] = {
    "name": "l4",
    "instance": "g6.12xlarge",
    "zones": ["a"],
    "nodes": {"max": 4},
    "sharing": {"replicas": 4, "mps": True},
}
BAYS: dict[str, Any] = {
    "name": "memory",
    "instance": "r7i.4xlarge",
    "zones": ["a"],
    "nodes": {"min": 1, "max": 7},
    "bays": 3,
}


def nodes_cluster(*pools: dict[str, Any], **said: object) -> Cluster:
    """A cluster of these pools whose nodes Karpenter makes."""
    words = {
        "name": "lab",
        "region": "eu-central-1",
        "kubernetes": "1.37",
        "controllers": {"flux": "2.9", "karpenter": "1.15"},
        "source": {"url": "https://git.example.com/platform/fleet"},
        "karpenter": KARPENTER,
        "pools": pools,
    }
    return Cluster.model_validate({name: value for name, value in (words | said).items() if value is not None})


def nodes_plan(**nodes: tuple[int, int]) -> Plan:
    """A plan of so many nodes at both ends of the load, by kind; `_` stands for `-` in names."""
    bays = [Bay(pool=name.replace("_", "-"), nodes_min=low, nodes_max=high) for name, (low, high) in nodes.items()]
    return Plan(
        cluster="lab",
        seats=(),
        bays=tuple(bays),
        cost_min_e4_usd_per_hour=0,
        cost_max_e4_usd_per_hour=0,
        bound_min_e4_usd_per_hour=0,
    )
