"""`bayplan plan` says what has to be written on nodes where a pool has several kinds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.repository import Repository


def test_nodes_of_a_bay_need_its_name(repository: Repository) -> None:
    repository.change("clusters/east/cluster.yaml", "max: 6}}", "max: 6}, bays: 2}")
    told = repository.run("plan")
    assert told.returncode == 0, told.stderr
    assert "bayplan.dev/pool=general-1" in told.stdout


def test_nodes_of_a_pool_with_one_kind_need_no_more_than_its_name(repository: Repository) -> None:
    assert "need the label" not in repository.run("plan").stdout
