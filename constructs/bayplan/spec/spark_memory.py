"""How the memory of one of Spark's pods is divided: its heap, and what stands beside it.

Spark asks Kubernetes for both together, in whole MiB. Both are said to it, so that a pod asks for exactly what the app
says and the plan counts.
Source: <https://spark.apache.org/docs/latest/configuration.html#application-properties> (`spark.driver.memoryOverhead`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_OVERHEAD_MIB = 384
"""Spark's own least."""
LEAST_HEAP_MIB = 450
"""With less, Spark refuses to start: one and a half of the 300 MiB that it keeps for itself."""
OF_THE_HEAP = {"jar": 10, "python": 40}
"""Hundredths of the heap that Spark's own defaults add: Python's processes stand beside the JVM."""


def divide(total_mib: int, hundredths: int) -> tuple[int, int]:
    """Heap and overhead in MiB, together the whole; the overhead is so many hundredths of the heap, rounded up."""
    overhead = max(total_mib - total_mib * 100 // (100 + hundredths), LEAST_OVERHEAD_MIB)
    return total_mib - overhead, overhead


def too_small(who: str, total_mib: int, hundredths: int, at: str) -> Iterator[Wrong]:
    """Says that the heap is too small for Spark to start."""
    heap, overhead = divide(total_mib, hundredths)
    if heap < LEAST_HEAP_MIB:
        least = max(LEAST_HEAP_MIB + LEAST_OVERHEAD_MIB, -(-LEAST_HEAP_MIB * (100 + hundredths) // 100))
        what = (
            f"{who} has {total_mib}Mi: {overhead}Mi beside the heap leave {heap}Mi, and Spark needs {LEAST_HEAP_MIB}Mi"
        )
        yield Wrong(what=what, fix=f"Say memory: {least}Mi or more.", at=at)
