"""The JSON Schema of what `bayplan nodes --json` prints: `schemas/bayplan/nodes.json`."""

from __future__ import annotations

import json
from typing import Any

from bayplan.report.flows import whole

Part = dict[str, Any]
TEXT: Part = {"type": "string"}
COUNT: Part = {"type": "integer", "minimum": 0}
TEXTS: Part = {"type": "object", "additionalProperties": TEXT}


def _said(part: Part, description: str) -> Part:
    return part | {"description": description}


NODES = whole(
    {
        "min": _said(COUNT, "That are always there."),
        "max": _said(COUNT, "At the most."),
        "planned_min": _said(COUNT, "That the plan needs at the minimum load."),
        "planned_max": _said(COUNT, "That the plan needs at the maximum load."),
    }
)
ACCELERATORS = whole(
    {
        "model": TEXT,
        "count": _said(COUNT, "Whole ones, as they are bought."),
        "memory_mib": _said(COUNT, "Of each; 0 where nobody knows."),
        "layout": _said(TEXT, "How MIG cuts each; empty for not at all."),
        "shares": _said(COUNT, "Pods that use one at the same time."),
    }
)
TAINT = whole({"key": TEXT, "value": TEXT, "effect": {"enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"]}})
KIND: dict[str, Part] = {
    "pool": _said(TEXT, "The pool that it is a kind of: of its bays, or of its layouts."),
    "provisioner": _said(TEXT, "Who makes them; empty where nobody has said."),
    "instance": {"type": ["string", "null"], "description": "Type of machine; null where the pool spells it out."},
    "architecture": {"enum": ["amd64", "arm64"]},
    "region": TEXT,
    "zones": {"type": "array", "items": TEXT, "minItems": 1},
    "capacity": {"enum": ["on-demand", "spot", "reserved"]},
    "nodes": NODES,
    "labels": _said(TEXTS, "That every node must carry: pods find them by bayplan.dev/pool."),
    "taints": {"type": "array", "items": TAINT, "description": "That every node must carry."},
    "max_pods": _said(COUNT, "Pods at the most, those of daemonsets among them."),
    "system_reserved": _said(TEXTS, "What the kubelet must be told to keep for the system."),
    "disk_gib": _said(COUNT, "Size of the node's own disk; 0 where nobody has asked for some."),
    "accelerators": {"anyOf": [ACCELERATORS, {"type": "null"}]},
    "devices": {
        "type": "object",
        "additionalProperties": COUNT,
        "description": "Other devices that a node must count, by Kubernetes' names; slices too.",
    },
    "network": {"type": "boolean", "description": "Whether they must share a fast network."},
    "e4_usd_per_hour": _said(COUNT, "What one costs, in 1e-4 USD per hour."),
}


def schema() -> str:
    """The JSON Schema of the document, draft 2020-12. Newer versions may add fields; none changes its meaning."""
    one = {"type": "object", "properties": KIND, "required": list(KIND)}
    pools = _said({"type": "object", "additionalProperties": one}, "Every kind of nodes by its name.")
    cluster = {"type": "object", "properties": {"pools": pools}, "required": ["pools"]}
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What nodes have to be made, as `bayplan nodes --json` prints it",
        "type": "object",
        "additionalProperties": _said(cluster, "A cluster by its name."),
    }
    return json.dumps(body, indent=2) + "\n"
