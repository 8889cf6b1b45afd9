"""Pods of a training job that do something else than its workers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bayplan.spec.name import Whole
from bayplan.spec.traits.accelerator import Accelerator
from bayplan.spec.traits.resources import Resources
from bayplan.spec.word import Word


class Role(Word):
    """Pods beside the workers: they run the same image and command, and are told what they are."""

    count: Annotated[Whole, Field(ge=1, le=1000)] = 1
    """How many there are."""
    resources: Resources | None = None
    """What one of them uses; by default as much as a worker."""
    accelerator: Accelerator | None = None
    """Accelerators of one of them; by default none, also where workers have some."""
