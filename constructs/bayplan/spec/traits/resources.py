"""How much one replica uses."""

from __future__ import annotations

from bayplan.spec.quantity import CpuText, MemoryText, mebibytes, millicores
from bayplan.spec.word import Word


class Resources(Word):
    """CPU and memory of one replica: what it is promised, and what it may use at most."""

    cpu: CpuText = "100m"
    """CPU that is promised: `"500m"` is half a core, `"2"` two cores."""
    cpu_limit: CpuText | None = None
    """CPU that it may use at most. By default no limit: idle CPU of the machine may be used, nothing is throttled."""
    memory: MemoryText = "128Mi"
    """Memory that is promised: `"512Mi"`, `"16Gi"`."""
    memory_limit: MemoryText | None = None
    """Memory at which it is stopped. By default what was promised, so that a neighbour can never take it."""

    @property
    def cpu_millicores(self) -> int:
        """Promised CPU in thousandths of a core, rounded up."""
        return millicores(self.cpu)

    @property
    def memory_mib(self) -> int:
        """Promised memory in MiB, rounded up."""
        return mebibytes(self.memory)
