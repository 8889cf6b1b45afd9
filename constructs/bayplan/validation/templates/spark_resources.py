"""What Spark asks a node for: cores, and memory with what the JVM needs beside its heap.

Source: <https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, text_at, value_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Mapping

UNITS = {"": 2**20, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
"""Java's units; a number alone counts MiB."""
SIZE = re.compile(r"([0-9]+)([kmgtp]?)b?", re.IGNORECASE)
LEAST_OVERHEAD_MIB = 384
JVM_SHARE, OTHER_SHARE = 10, 40
"""Hundredths of the memory that come on top: 40 for Python and R, whose processes run beside the JVM."""


def resources_of(body: object, part: Mapping[str, Any], role: str) -> dict[str, Any]:
    """Requests and limits of Spark's own container."""
    cores, limit = value_at(part, "coreRequest") or value_at(part, "cores"), value_at(part, "coreLimit")
    requests: dict[str, Any] = {"cpu": str(cores)} if cores else {}
    limits: dict[str, Any] = {"cpu": str(limit)} if limit else {}
    memory = memory_of(body, part, role)
    if memory:
        requests["memory"] = limits["memory"] = memory
    if limited := mib(text_at(part, "memoryLimit")):
        limits["memory"] = f"{limited}Mi"
    gpu = mapping_at(part, "gpu")
    count = whole_at(gpu, "quantity")
    if text_at(gpu, "name") and count:
        limits[text_at(gpu, "name")] = count
    return {key: value for key, value in (("requests", requests), ("limits", limits)) if value}


def memory_of(body: object, part: Mapping[str, Any], role: str) -> str:
    """Heap and overhead in MiB, by field or by Spark's setting; "" where the heap is not written."""
    heap, overhead = (
        mib(text_at(part, key) or text_at(body, "sparkConf", f"spark.{role}.{key}"))
        for key in ("memory", "memoryOverhead")
    )
    if heap is None:
        return ""
    if overhead is None:
        share = JVM_SHARE if text_at(body, "type") in ("Java", "Scala", "") else OTHER_SHARE
        overhead = max(LEAST_OVERHEAD_MIB, heap * share // 100)
    return f"{heap + overhead}Mi"


def mib(text: str) -> int | None:
    """A size in Java's words, in MiB; None if it is none."""
    match = SIZE.fullmatch(text)
    return int(match[1]) * UNITS[match[2].lower()] // 2**20 if match else None
