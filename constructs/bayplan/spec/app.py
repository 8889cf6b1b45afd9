"""An app: what one team runs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bayplan.spec.name import Name
from bayplan.spec.word import Word

if TYPE_CHECKING:
    from bayplan.spec.workloads.workload import Workload as AnyWorkload
else:
    from bayplan.spec.workloads import AnyWorkload  # every kind in the folder, told apart by `kind`


class App(Word):
    """One app: its name is its namespace, its file is its only description."""

    name: Name
    """Name of the app, unique on the platform."""
    team: Name
    """Who answers for it."""
    workloads: Annotated[tuple[AnyWorkload, ...], Field(min_length=1)]
    """What it runs."""
    clusters: tuple[Name, ...] = ()
    """Clusters that it runs on; by default all."""
