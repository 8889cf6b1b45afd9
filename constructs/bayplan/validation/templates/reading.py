"""How templates are read: one function for all kinds that keep a whole pod template, and numbers of pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, texts_at, value_at, whole_at
from bayplan.validation.pod import ONE, UNCOUNTED, Count, Pod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.manifests.manifest import Manifest


class Tree(Protocol):
    """The objects beside the one that is read: some kinds take a template from another."""

    def find(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """An object by kind with group, namespace and name."""


if TYPE_CHECKING:
    Maker = Callable[[Manifest, Tree], Iterator[Pod]]


def templated(
    owner: Manifest,
    *path: str | int,
    labels: dict[str, str] | None = None,
    added: tuple[str, ...] = (),
    count: Count = ONE,
    role: str = "",
    completed: bool = False,
) -> Pod:
    """The pods of the template at a path of the owner, with the labels that its controller puts on top."""
    template = at(owner.body, *path)
    return Pod(
        owner=owner,
        labels=texts_at(template, "metadata", "labels") | (labels or {}),
        added_labels=added,
        spec=mapping_at(template, "spec"),
        pointer=pointer(*path, "spec"),
        annotations=mapping_at(template, "metadata", "annotations"),
        count=count,
        role=role,
        is_completed=completed,
    )


def at(body: object, *path: str | int) -> Any:  # noqa: ANN401 - it is what stands in the file
    """What stands at a path of keys and indexes, or None."""
    for key in path:
        if isinstance(key, str):
            body = body.get(key) if isinstance(body, dict) else None
        else:
            body = body[key] if isinstance(body, list) and key < len(body) else None
    return body


def number(body: object, *path: str, default: int | None = 1) -> int | None:
    """The whole number at a path; the default where nothing stands there, None where it is something else."""
    return default if value_at(body, *path) is None else whole_at(body, *path)


def fixed(body: object, *path: str, default: int | None = 1) -> Count:
    """That number at all times."""
    said = number(body, *path, default=default)
    return Count(said, said)


def times(one: int | None, other: int | None) -> int | None:
    """Both multiplied, where both are known."""
    return None if one is None or other is None else one * other


def each(count: Count, factor: int | None) -> Count:
    """The count of pods where each member has so many."""
    return Count(times(count.least, factor), times(count.most, factor))


def job_count(spec: object) -> Count:
    """How many pods a Job runs at a time: its parallelism, but no more than are still to be completed."""
    parallel, wanted = number(spec, "parallelism"), number(spec, "completions", default=0)
    if parallel is None or wanted is None:
        return UNCOUNTED
    most = min(parallel, wanted) if wanted else parallel
    return Count(most, most)
