"""Labs for scenarios: started once for each cluster that a run asks for, ended with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.e2e.scene import ROOT, YARD, Scene

from bayplan.complaint import BadInput
from bayplan.lab.lab import PROGRAMS, close, remove
from bayplan.lab.parts import find_parts
from bayplan.lab.session import open_session
from bayplan.spec.load import load_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator


os.environ.setdefault("BAYPLAN_PARTS", str(ROOT / ".cache"))  # also for those that it starts, wherever they stand


def say(*_: str) -> None:
    """Scenarios are silent."""


def open_scene(cluster: str, purpose: str = "shared") -> Iterator[Scene]:
    """A settled scene of one cluster; skips with the reason where a program could not be built."""
    described = {one.name: one for one in load_clusters(YARD)}[cluster]
    try:
        for name in PROGRAMS:
            find_parts(ROOT).binary(name)
    except BadInput as bad:
        pytest.skip(str(bad))
    session = open_session(YARD, described, f"e2e-{cluster}-{purpose}-{os.getpid()}", say)
    try:
        scene = Scene(session)
        scene.settle(within_s=120)
        yield scene
    finally:
        close(session.lab)
        remove(session.lab.layout.path)


@pytest.fixture(scope="session")
def lab() -> Iterator[Scene]:
    """The cluster `lab`, delivered and settled."""
    yield from open_scene("lab")


@pytest.fixture(scope="session")
def prod() -> Iterator[Scene]:
    """The cluster `prod`, delivered and settled."""
    yield from open_scene("prod")


@pytest.fixture(params=["lab", "prod"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Each cluster in its turn: for scenarios that hold of all."""
    found: Scene = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["lab", "prod"], scope="module")
def own(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A lab of a module's own, for scenarios that cannot bring back what they have changed in time."""
    yield from open_scene(request.param, request.module.__name__.rpartition("_")[2])
