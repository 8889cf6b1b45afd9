"""How NVIDIA's accelerators can be cut (MIG): profiles, where they may start, and what fits on one accelerator.

An accelerator has slices of memory; a profile takes some that lie together and may start only at certain ones. So
counts alone do not tell what fits: 3g.20gb and 4g.20gb fit on one a100, 4g.20gb twice does not.

Sources: <https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-mig-profiles.html>, `nvidia-smi mig -lgipp`
for the starts, <https://github.com/NVIDIA/mig-parted> (config-default.yaml) for the names of layouts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "nvidia.com/mig-"
"""Before the profile in the name under which Kubernetes counts slices (the device plugin's strategy `mixed`)."""
CONFIG_LABEL = "nvidia.com/mig.config"
"""Label of a node by which NVIDIA's MIG manager finds the layout that the node has to have."""
UNCUT = "all-disabled"
"""Layout of whole accelerators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of slice."""

    name: str
    memory_mib: int
    """What programs can use of it, at least."""
    size: int
    """Slices of memory that it takes."""
    starts: tuple[int, ...]
    """Slices of memory at which it may start."""

    @property
    def resource(self) -> str:
        """Name under which Kubernetes counts it."""
        return f"{PREFIX}{self.name}"


EIGHTHS = (
    ("1g", 1, (0, 1, 2, 3, 4, 5, 6)),
    ("1g", 2, (0, 2, 4, 6)),
    ("2g", 2, (0, 2, 4)),
    ("3g", 4, (0, 4)),
    ("4g", 4, (0,)),
    ("7g", 8, (0,)),
)
QUARTERS = (("1g", 1, (0, 1, 2, 3)), ("2g", 2, (0, 2)), ("4g", 4, (0,)))
SIZES_GB = {
    "a30": ((6, 12, 24),),
    "a100": ((5, 10, 10, 20, 20, 40), (10, 20, 20, 40, 40, 80)),
    "h100": ((10, 20, 20, 40, 40, 80), (12, 24, 24, 47, 47, 94), (12, 24, 24, 48, 48, 96)),
    "h200": ((18, 35, 35, 71, 71, 141),),
    "b200": ((23, 45, 45, 90, 90, 180),),
    "b300": ((34, 67, 67, 135, 135, 269),),
    "gb200": ((23, 47, 47, 93, 93, 186),),
    "gb300": ((35, 70, 70, 139, 139, 278),),
    "rtx-pro-server-6000": ((24, 48, 96),),
}
"""Memory in the names of the profiles, for each size in which a model is sold."""
EXACT = ("a30", "a100", "h100")
"""Of these a slice has the memory of its name. 1g.18gb of an h200 has 16 GiB, 95 %; the rest is taken to be alike."""


@lru_cache(maxsize=64)
def profiles_of(model: str | None, memory_mib: int) -> tuple[Profile, ...]:
    """The profiles of an accelerator, small ones first; none where it cannot be cut or is not known."""
    sold = SIZES_GB.get(model or "", ())
    if not sold:
        return ()
    sizes = min(sold, key=lambda sizes: _distance(sizes[-1], memory_mib)) if memory_mib else sold[0]
    percent = 100 if model in EXACT else 95
    return tuple(
        Profile(name=f"{part}.{size_gb}gb", memory_mib=size_gb * 10**7 * percent // 2**20, size=size, starts=starts)
        for (part, size, starts), size_gb in zip(EIGHTHS if len(sizes) > 3 else QUARTERS, sizes, strict=True)
    )


def _distance(size_gb: int, memory_mib: int) -> int:
    """What is sold as 94 GB is written as 94G and as 94Gi."""
    return min(abs(size_gb * 10**9 - memory_mib * 2**20), abs(size_gb * 2**30 - memory_mib * 2**20))


def layouts(profiles: tuple[Profile, ...]) -> dict[str, dict[str, int]]:
    """Every layout to which no slice can be added, by name: slices of each profile on one accelerator."""
    return dict(_layouts(profiles))


@lru_cache(maxsize=64)
def _layouts(profiles: tuple[Profile, ...]) -> tuple[tuple[str, dict[str, int]], ...]:
    found = {}
    for counts in product(*(range(len(profile.starts) + 1) for profile in profiles)):
        layout = {profile.name: count for profile, count in zip(profiles, counts, strict=True) if count}
        if layout and fits(profiles, layout) and not any(fits(profiles, more) for more in _one_more(profiles, layout)):
            found[layout_name(profiles, layout)] = layout
    return tuple(sorted(found.items()))


def _one_more(profiles: tuple[Profile, ...], layout: Mapping[str, int]) -> Iterator[dict[str, int]]:
    for profile in profiles:
        yield {**layout, profile.name: layout.get(profile.name, 0) + 1}


def layout_name(profiles: tuple[Profile, ...], layout: Mapping[str, int]) -> str:
    """The name that mig-parted gives a layout, or one that spells it out: `4x1g.5gb-1x3g.20gb`."""
    if len(layout) == 1:
        ((profile, count),) = layout.items()
        if not fits(profiles, {profile: count + 1}):
            return f"all-{profile}"
    if layout == balanced(profiles):
        return "all-balanced"
    known = [profile.name for profile in profiles]
    return "-".join(f"{layout[name]}x{name}" for name in sorted(layout, key=known.index))


def balanced(profiles: tuple[Profile, ...]) -> dict[str, int]:
    """What mig-parted calls all-balanced: two of the smallest and one of each larger kind up to half of the memory."""
    if len(profiles) == len(QUARTERS):
        return {profiles[0].name: 2, profiles[1].name: 1}
    return {profiles[0].name: 2, profiles[2].name: 1, profiles[3].name: 1}


def named_layout(profiles: tuple[Profile, ...], name: str) -> dict[str, int] | None:
    """The slices of a named layout on one accelerator; empty for whole accelerators, None for an unknown name."""
    return {UNCUT: {}, **_uniform(profiles), **layouts(profiles)}.get(name)


def _uniform(profiles: tuple[Profile, ...]) -> dict[str, dict[str, int]]:
    """As many as fit of one profile: all-2g.10gb leaves a seventh unused, and is a layout all the same."""
    return {f"all-{one.name}": {one.name: max(_counts(profiles, one))} for one in profiles}


def _counts(profiles: tuple[Profile, ...], one: Profile) -> Iterator[int]:
    return (count for count in range(1, len(one.starts) + 1) if fits(profiles, {one.name: count}))


def fits(profiles: tuple[Profile, ...], layout: Mapping[str, int]) -> bool:
    """Whether the slices find places on one accelerator that do not overlap."""
    pieces = [profile for profile in reversed(profiles) for _ in range(layout.get(profile.name, 0))]
    return _place(pieces, 0)


def _place(pieces: list[Profile], taken: int) -> bool:
    """`taken` has a bit for each part of the memory that a slice holds."""
    if not pieces:
        return True
    first, rest = pieces[0], pieces[1:]
    wanted = (1 << first.size) - 1
    return any(_place(rest, taken | wanted << start) for start in first.starts if not taken & wanted << start)
