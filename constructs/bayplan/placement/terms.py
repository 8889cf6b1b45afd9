"""The words that every file of the placement uses."""

from __future__ import annotations

from typing import Literal, TypeAlias

Level: TypeAlias = Literal["min", "max"]
"""An end of the load: every autoscaler at its minimum, or every one at its maximum."""
LEVELS: tuple[Level, Level] = ("min", "max")

NVIDIA = "nvidia.com/gpu"
"""What programs that ask for "an accelerator" are built for, and what Kubernetes calls it."""
EPHEMERAL = "ephemeral-storage"
"""What Kubernetes calls a node's own disk; among `Problem.resources` it is counted in MiB, all others in pieces."""

Firmness: TypeAlias = Literal["must", "should", "off"]
Scheduler: TypeAlias = Literal["LeastAllocated", "MostAllocated", "Karpenter"]
Part: TypeAlias = Literal["", "node", "zone"]
"""What may be lost of a cluster; "" for nothing."""
Domain: TypeAlias = Literal["", "zone", "network"]
"""Where all pods of a gang stand together: one zone, or one pool with a fast network in one zone; "" for no gang."""

Amounts: TypeAlias = tuple[int, ...]
"""CPU, memory, pods, accelerators, then `Problem.resources` in their order: what a pod takes or a node has."""
CPU, MEMORY, PODS, ACCELERATORS = range(4)
"""Places in `Amounts`; there may be more behind them."""
