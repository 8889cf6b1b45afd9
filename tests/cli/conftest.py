"""A repository that is well, and copies of it to spoil."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.cli.repository import BOT, EAST, SHOP, Repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository that was rendered once; never changed by a test."""
    repository = Repository(tmp_path_factory.mktemp("well"))
    repository.write("apps/shop.py", SHOP)
    repository.write("apps/bot.yaml", BOT)
    repository.write("clusters/east/cluster.yaml", EAST)
    told = repository.run("synth")
    assert told.returncode == 0, told.stdout + told.stderr
    return repository


@pytest.fixture
def repository(well: Repository, tmp_path: Path) -> Repository:
    """A copy of the repository that is well, for one test to spoil."""
    shutil.copytree(well.root, tmp_path / "repository", symlinks=True)
    return Repository(tmp_path / "repository")
