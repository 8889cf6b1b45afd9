"""bayplan from its wheel, once for all tests of this folder, and repositories that it has begun."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.scaffold.begun import Begun
from tests.scaffold.wheel import install

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that bayplan's wheel was installed in."""
    return install(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def empty(tmp_path: Path, programs: Path) -> Begun:
    """An empty folder. `sudo` does nothing: a test changes no setting of the machine."""
    begun = Begun(root=tmp_path / "platform", programs=programs, tools=tmp_path / "tools")
    begun.root.mkdir()
    begun.tools.mkdir()
    (begun.tools / "sudo").write_text("#!/bin/sh\nexit 0\n")
    (begun.tools / "sudo").chmod(0o755)
    return begun


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Path:
    """What `bayplan init --yes` makes in an empty folder; never changed by a test."""
    place = tmp_path_factory.mktemp("original")
    begun = Begun(root=place / "platform", programs=programs, tools=place)
    begun.root.mkdir()
    told = begun.bayplan("init", "--yes")
    assert told.returncode == 0, told.stdout + told.stderr
    begun.commit("begin")
    return begun.root


@pytest.fixture
def platform(empty: Begun, original: Path) -> Begun:
    """A repository that `bayplan init` has begun, on its first commit, for one test to change."""
    shutil.copytree(original, empty.root, symlinks=True, dirs_exist_ok=True)
    return empty
