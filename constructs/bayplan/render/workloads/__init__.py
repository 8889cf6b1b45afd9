"""The kinds of workloads as constructs, one file a kind, named as in `spec/workloads`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from constructs import Construct

    from bayplan.render.site import Place
    from bayplan.render.workloads.workload import Workload
    from bayplan.spec.workloads.workload import Workload as Spec


class Kind(Protocol):
    """The construct of one kind of workload."""

    def __call__(self, scope: Construct, id: str | None = None, *, workload: Spec, place: Place) -> Workload: ...  # noqa: A002, D102 - as all constructs name it


def construct_of(workload: Spec) -> Kind:
    """The construct of a workload: the class of the same name in the file of the same name."""
    kind = type(workload)
    module = kind.__module__.rpartition(".")[2]
    found: Kind = getattr(import_module(f"{__name__}.{module}"), kind.__name__)
    return found
