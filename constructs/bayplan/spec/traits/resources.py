"""How much one replica uses."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from bayplan.spec.quantity import SomeCpuText, SomeMemoryText, mebibytes, millicores, parse
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all


class Resources(Word):
    """CPU and memory of one replica: what it is promised, and what it may use at most."""

    cpu: SomeCpuText = "100m"
    """CPU that is promised: `"500m"` is half a core, `"2"` two cores."""
    cpu_limit: SomeCpuText | None = None
    """CPU that it may use at most. By default no limit: idle CPU of the machine may be used, nothing is throttled."""
    memory: SomeMemoryText = "128Mi"
    """Memory that is promised: `"512Mi"`, `"16Gi"`."""
    memory_limit: SomeMemoryText | None = None
    """Memory at which it is stopped. By default what was promised, so that a neighbour can never take it."""

    @model_validator(mode="after")
    def _keep_order(self) -> Self:
        pairs = (("cpu", self.cpu, self.cpu_limit), ("memory", self.memory, self.memory_limit))
        refuse_all(
            Wrong(
                what=f"{what}_limit {limit} is below {what} {promised}",
                fix="A replica may use at least what it is promised: raise the limit or lower the promise.",
                at=f"/{what}_limit",
            )
            for what, promised, limit in pairs
            if limit is not None and parse(limit) < parse(promised)
        )
        return self

    @property
    def cpu_millicores(self) -> int:
        """Promised CPU in thousandths of a core, rounded up."""
        return millicores(self.cpu)

    @property
    def memory_mib(self) -> int:
        """Promised memory in MiB, rounded up."""
        return mebibytes(self.memory)
