"""What is measured is kept line by line, summed up rightly, and told where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bench.placement import table
from bench.placement.karpenter import read
from bench.placement.record import Record, append, latest
from bench.placement.rows import ROWS
from bench.placement.rows.change import changed, moved
from bench.placement.rows.growth import exponent
from tests.bench.two_types import APART, PLATFORM

if TYPE_CHECKING:
    from pathlib import Path

    from bench.placement.record import Figure

FIGURES: dict[str, Figure] = {"e4_bound": 1_000_000, "e4_packed": 1_002_500, "packed_s": 1.5, "packed_cpu_s": 1.25}


def record(instance: str, figures: dict[str, Figure]) -> Record:
    return Record(row="packed", instance=instance, figures=figures, run="today, a machine")


def test_a_run_that_was_killed_has_lost_only_its_last_line(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "records.jsonl"
    append(record("first", FIGURES), file)
    append(record("second", FIGURES), file)
    file.write_text(file.read_text()[:-9])
    assert [one.instance for one in latest(file)] == ["first"]


def test_what_is_measured_again_counts_instead(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    for figures in (FIGURES, {**FIGURES, "e4_packed": 1_000_000}):
        append(record("first", figures), file)
    (only,) = latest(file)
    assert only.figures["e4_packed"] == 1_000_000


def test_a_table_tells_distances_and_leaves_out_what_was_not_measured() -> None:
    told = table.render([record("first", FIGURES)])
    assert "| first | 100.00 | +0.25 % | 1.5 (1.2) | - |" in told
    assert "today, a machine" in told


def test_a_contestant_that_was_cut_off_has_no_cost() -> None:
    told = table.render([record("first", {**FIGURES, "unplaced": 17, "karpenter_s": 300.0})])
    assert "cut off, 17 pods left" in told


def test_every_row_has_as_many_cells_as_headings() -> None:
    for name in ("packed", "karpenter", "realised", "change", "growth"):
        assert len(ROWS[name].cells(FIGURES)) + 1 == len(ROWS[name].HEADINGS), name


def test_only_what_stands_between_the_marks_is_renewed(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.write("new \\1", readme)
    assert readme.read_text() == f"before\n{table.BEGIN}\n\nnew \\1\n{table.END}\nafter\n"


def test_a_readme_without_marks_is_refused(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("nothing here\n")
    with pytest.raises(LookupError, match="figures"):
        table.write("new", readme)


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        pytest.param({"a": {"p": 4}}, {"a": {"p": 4}}, 0, id="who stays"),
        pytest.param({"a": {"p": 4}}, {"a": {"p": 1, "q": 3}}, 3, id="who goes elsewhere"),
        pytest.param({"a": {"p": 4}}, {"a": {"p": 2}}, 0, id="who ends"),
        pytest.param({"a": {"p": 4}}, {"a": {"q": 2}}, 2, id="some end, the others go elsewhere"),
        pytest.param({"a": {"p": 4}}, {"a": {"p": 4, "q": 3}}, 0, id="who is new"),
    ],
)
def test_only_pods_that_start_again_elsewhere_have_moved(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]], count: int
) -> None:
    assert moved(before, after) == count


def test_a_twentieth_of_the_workloads_is_changed_and_never_to_nothing() -> None:
    from bench.placement.instances import make  # noqa: PLC0415

    before = make(200, 10, 1)
    after = changed(before, 1)
    differing = [new for old, new in zip(before.workloads, after.workloads, strict=True) if old != new]
    assert 5 <= len(differing) <= 10
    assert all(workload.replicas >= 1 and workload.cpu_milli >= 1 for workload in differing)


def test_the_exponent_of_a_power_law_is_its_own() -> None:
    assert exponent([500, 1000, 2000], [2.0, 2.0 * 2**1.3, 2.0 * 4**1.3]) == pytest.approx(1.3)


def test_parts_of_a_workload_are_its_pods_again() -> None:
    nodes = [
        {"pool": "x", "type": "g.large", "options": 1, "pods": {"one@a": 1, "one@b": 1, "two": 1}},
        {"pool": "y", "type": "m.small", "options": 3, "pods": {"web@m-1": 4}},
    ]
    launched = read({"nodes": nodes, "unplaced": 0, "cut_off": False, "seconds": 1.0, "cpu_seconds": 2.0})
    assert launched.nodes == APART
    assert {name for filled in launched.nodes for name, _ in filled.pods} == {one.name for one in PLATFORM.workloads}
