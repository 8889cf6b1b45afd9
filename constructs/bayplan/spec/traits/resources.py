"""How much one replica uses."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.amount import mebibytes, millicores, parse
from bayplan.spec.name import ResourceName, Whole
from bayplan.spec.quantity import SomeCpuText, SomeMemoryText
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
    ephemeral: SomeMemoryText | None = None
    """Room on the machine's own disk for logs, caches and what it writes itself; it is stopped when it takes more. By
    default nothing is promised: it may use what is free, and is the first to go when the disk fills up."""
    others: dict[ResourceName, Annotated[Whole, Field(ge=1, le=1_000_000)]] = Field(default_factory=dict)
    """Other devices that machines count by name, in whole pieces: `{"example.com/fpga": 1}`."""

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

    @property
    def ephemeral_mib(self) -> int:
        """Promised room on the machine's own disk in MiB, rounded up; 0 for none."""
        return mebibytes(self.ephemeral) if self.ephemeral else 0
