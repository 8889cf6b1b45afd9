"""What Ray asks of whoever runs it, for training parameters as for answering requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.traits.resources import Resources

LEAST_MEMORY_MIB = 1024


def too_old(version: str, oldest: tuple[int, int], at: str) -> Iterator[Wrong]:
    """A Ray that does not know yet what is rendered."""
    if tuple(int(part) for part in version.split(".")[:2]) < oldest:
        what = f"Ray {version} is older than {'.'.join(map(str, oldest))}"
        yield Wrong(what=what, fix="Take a newer image.", at=at)


def too_small(who: str, resources: Resources, at: str) -> Iterator[Wrong]:
    """A pod that has no memory left beside Ray's own."""
    if resources.memory_mib < LEAST_MEMORY_MIB:
        what = f"{who} has {resources.memory_mib}Mi, of which Ray itself takes most"
        yield Wrong(what=what, fix=f"Say memory: {LEAST_MEMORY_MIB // 1024}Gi or more.", at=f"{at}/memory")
