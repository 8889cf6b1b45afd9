"""The kinds of workloads, one file a kind; `render/workloads` mirrors the names."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from bayplan.spec.workloads.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator


def kinds() -> tuple[type[Workload], ...]:
    """Every kind that has a file here, by name of its file."""
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        import_module(f"{__name__}.{module.name}")
    return tuple(_named(Workload))


def _named(word: type[Workload]) -> Iterator[type[Workload]]:
    """Those below a word that say their kind; what several kinds share says none."""
    for kind in word.__subclasses__():
        if "kind" in kind.__annotations__:
            yield kind
        yield from _named(kind)


AnyWorkload: Any = Annotated[Union[kinds()], Field(discriminator="kind")]  # noqa: UP007 - the kinds are known at run time
