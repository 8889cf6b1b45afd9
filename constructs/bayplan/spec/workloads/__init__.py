"""The kinds of workloads, one file a kind; `render/workloads` mirrors the names."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, Union

from pydantic import Field

from bayplan.spec.workloads.workload import Workload


def kinds() -> tuple[type[Workload], ...]:
    """Every kind that has a file here, by name of its file."""
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        import_module(f"{__name__}.{module.name}")
    return tuple(Workload.__subclasses__())


AnyWorkload: Any = Annotated[Union[kinds()], Field(discriminator="kind")]  # noqa: UP007 - the kinds are known at run time
