"""A platform so small that its packings can be told by heart."""

from __future__ import annotations

from bench.placement.instances import Instance, Type, Workload
from bench.placement.packing import Filled

SMALL = Type(name="m.small", cpu_milli=4000, memory_mib=8192, gpu=0, gpu_name="", pods=5, e4_usd_per_hour=2000)
GPU = Type(name="g.large", cpu_milli=8000, memory_mib=32768, gpu=4, gpu_name="l4", pods=10, e4_usd_per_hour=40_000)

WEB = Workload(name="web", cpu_milli=1000, memory_mib=1024, gpu=0, gpu_name="", replicas=4)
ONE = Workload(name="one", cpu_milli=500, memory_mib=1024, gpu=1, gpu_name="", replicas=2)
TWO = Workload(name="two", cpu_milli=500, memory_mib=1024, gpu=2, gpu_name="l4", replicas=1)

PLATFORM = Instance(name="two types", types=(GPU, SMALL), workloads=(ONE, TWO, WEB))

APART = (
    Filled(type="g.large", pods=(("one", 2), ("two", 1)), copies=1),
    Filled(type="m.small", pods=(("web", 4),), copies=1),
)
"""A good packing, with pods without GPUs on nodes of their own."""
TOGETHER = (Filled(type="g.large", pods=(("one", 2), ("two", 1), ("web", 4)), copies=1),)
