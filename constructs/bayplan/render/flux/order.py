"""Which folder has to wait for which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.render.flux.references import wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.render.api_object import Body


def depends_on(folders: Mapping[str, Sequence[Body]]) -> dict[str, tuple[str, ...]]:
    """For every folder the folders that hold what its objects name, sorted; never a cycle.

    Folders that need each other wait for neither: Flux would keep all of them waiting for ever, while objects that name
    something that is not yet there only become ready later.
    """
    home = {Ref.of(body): folder for folder, bodies in folders.items() for body in bodies}
    needs = {
        folder: {home[ref] for ref in wanted(bodies) if ref in home} - {folder} for folder, bodies in folders.items()
    }
    reached = {folder: _reached(folder, needs) for folder in needs}
    return {
        folder: tuple(sorted(other for other in others if folder not in reached[other]))
        for folder, others in needs.items()
    }


def _reached(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for other in needs[ahead.pop()] - seen:
            seen.add(other)
            ahead.append(other)
    return seen
