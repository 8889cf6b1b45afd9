"""Every kind of bad input: one clear message with file and line, exit 2, dist/ and locks untouched, no traceback."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.cli.spoiled import SPOILED, Case

if TYPE_CHECKING:
    from tests.cli.repository import Repository


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_bad_input_is_told_and_nothing_is_written(repository: Repository, case: Case) -> None:
    for path, (old, new) in case.change.items():
        repository.change(path, old, new)
    for path, text in case.write.items():
        repository.write(path, text)
    refuse(repository, case.says)


def refuse(repository: Repository, says: tuple[str, ...]) -> None:
    before = repository.bytes_of("dist", "clusters")
    told = repository.run("synth")
    assert told.returncode == 2, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    for words in says:
        assert words in told.stderr
    assert repository.bytes_of("dist", "clusters") == before
    assert not list(repository.root.glob(".dist*")), "a staging folder was left behind"


def test_a_platform_without_apps_is_told(repository: Repository) -> None:
    for file in (repository.root / "apps").iterdir():
        if file.is_file():
            file.unlink()
    refuse(repository, ("apps/: holds no app",))


def test_a_platform_without_clusters_is_told(repository: Repository) -> None:
    shutil.rmtree(repository.root / "clusters")
    told = repository.run("plan", "--root", ".")
    assert told.returncode == 2
    assert "clusters: holds no cluster" in told.stderr


def test_an_app_that_never_ends_is_stopped(repository: Repository) -> None:
    repository.change("apps/shop.py", "\napp =", "\nwhile True: pass\napp =")
    refuse(repository, ("apps/shop.py", "10 s"))


def test_every_mistake_of_every_file_is_told_at_once(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="half"')
    repository.change("apps/shop.py", "max=6", "max=-6")
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: two")
    repository.change("clusters/east/cluster.yaml", "max: 6", "max: six")
    refuse(repository, ("apps/shop.py:10", "apps/shop.py:11", "apps/bot.yaml:7", "clusters/east/cluster.yaml:7"))


def test_a_stale_lock_is_refused_when_locked_and_what_changed_is_named(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="1500m"')
    before = repository.bytes_of("dist", "clusters")
    told = repository.run("synth", "--locked")
    assert told.returncode == 2
    for words in ("clusters/east/plan.lock", "shop/front", "bayplan synth"):
        assert words in told.stderr
    assert repository.bytes_of("dist", "clusters") == before


def test_the_lock_of_another_cluster_is_refused(repository: Repository) -> None:
    west = repository.root / "clusters/west"
    shutil.copytree(repository.root / "clusters/east", west)
    repository.change("clusters/west/cluster.yaml", "name: east", "name: west")
    refuse(repository, ("clusters/west/plan.lock", "east"))


def test_a_symlink_in_dist_is_refused(repository: Repository) -> None:
    secret = repository.root.parent / "secret"
    secret.write_text("mine")
    (repository.root / "dist/east/link.yaml").symlink_to(secret)
    told = repository.run("synth")
    assert told.returncode == 2
    assert "dist/east/link.yaml" in told.stderr
    assert secret.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only folder")
def test_a_read_only_tree_is_told(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    repository.root.chmod(0o555)
    try:
        refuse(repository, ("dist",))
    finally:
        repository.root.chmod(0o755)
