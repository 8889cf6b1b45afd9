"""How accelerators can be cut: NVIDIA's own layouts fit, those with one slice more do not."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from bayplan.spec.mig import SIZES_GB, Profile, fits, layouts, named_layout, profiles_of

MODELS = [(model, sizes[-1]) for model, sold in SIZES_GB.items() for sizes in sold]


def profiles(model: str, size_gb: int) -> tuple[Profile, ...]:
    return profiles_of(model, size_gb * 10**9 // 2**20)


# from mig-parted's config-default.yaml at bd7160f
NAMED = [
    ("a100", 40, "all-1g.5gb", {"1g.5gb": 7}),
    ("a100", 40, "all-1g.10gb", {"1g.10gb": 4}),
    ("a100", 80, "all-1g.10gb", {"1g.10gb": 7}),
    ("a100", 40, "all-2g.10gb", {"2g.10gb": 3}),
    ("a100", 40, "all-3g.20gb", {"3g.20gb": 2}),
    ("a100", 40, "all-4g.20gb", {"4g.20gb": 1}),
    ("a100", 40, "all-balanced", {"1g.5gb": 2, "2g.10gb": 1, "3g.20gb": 1}),
    ("h100", 94, "all-balanced", {"1g.12gb": 2, "2g.24gb": 1, "3g.47gb": 1}),
    ("h100", 96, "all-3g.48gb", {"3g.48gb": 2}),
    ("h200", 141, "all-balanced", {"1g.18gb": 2, "2g.35gb": 1, "3g.71gb": 1}),
    ("b200", 180, "all-1g.45gb", {"1g.45gb": 4}),
    ("b300", 269, "all-balanced", {"1g.34gb": 2, "2g.67gb": 1, "3g.135gb": 1}),
    ("gb200", 186, "all-7g.186gb", {"7g.186gb": 1}),
    ("gb300", 278, "all-balanced", {"1g.35gb": 2, "2g.70gb": 1, "3g.139gb": 1}),
    ("a30", 24, "all-1g.6gb", {"1g.6gb": 4}),
    ("a30", 24, "all-balanced", {"1g.6gb": 2, "2g.12gb": 1}),
    ("rtx-pro-server-6000", 96, "all-2g.48gb", {"2g.48gb": 2}),
    ("a100", 40, "all-disabled", {}),
]


@pytest.mark.parametrize(("model", "size_gb", "name", "slices"), NAMED)
def test_layouts_of_mig_parted_are_known_by_their_names(
    model: str, size_gb: int, name: str, slices: dict[str, int]
) -> None:
    known = profiles(model, size_gb)
    assert named_layout(known, name) == slices
    assert fits(known, slices)


@pytest.mark.parametrize(("model", "size_gb"), MODELS)
def test_no_slice_can_be_added_to_a_layout_and_each_finds_a_place(model: str, size_gb: int) -> None:
    known = {one.name: one for one in profiles(model, size_gb)}
    found = layouts(tuple(known.values()))
    assert found
    for slices in found.values():
        counts = {known[name]: count for name, count in slices.items()}
        assert has_places(counts)
        assert not any(has_places({**counts, one: counts.get(one, 0) + 1}) for one in known.values())


def has_places(counts: dict[Profile, int]) -> bool:
    """Every choice of starts is tried."""
    choices = [combinations(one.starts, count) for one, count in counts.items()]
    for chosen in product(*choices):
        taken = [
            part
            for one, starts in zip(counts, chosen, strict=True)
            for start in starts
            for part in range(start, start + one.size)
        ]
        if len(taken) == len(set(taken)):
            return True
    return False


def test_counts_alone_do_not_tell_what_fits() -> None:
    known = profiles("a100", 40)
    assert fits(known, {"3g.20gb": 1, "4g.20gb": 1})
    assert not fits(known, {"4g.20gb": 2})
    assert fits(known, {"1g.5gb": 7})
    assert not fits(known, {"1g.5gb": 8})


@pytest.mark.parametrize(
    ("memory_mib", "largest"), [(94 * 1024, "94gb"), (89645, "94gb"), (96 * 1024, "96gb"), (91553, "96gb")]
)
def test_a_size_is_known_in_both_units(memory_mib: int, largest: str) -> None:
    assert profiles_of("h100", memory_mib)[-1].name == f"7g.{largest}"


def test_what_is_not_made_by_nvidia_or_too_small_cannot_be_cut() -> None:
    assert profiles_of("l4", 22888) == ()
    assert profiles_of(None, 0) == ()
