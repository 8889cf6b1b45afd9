"""The parts of a lab are found where they were made, and what is missing says why and what to do."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from bayplan.complaint import BadInput
from bayplan.lab import parts
from bayplan.lab.parts import Parts, find_parts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set it."""
    monkeypatch.delenv(parts.VARIABLE, raising=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which one program and the CRDs of one controller are made."""
    for folder in ("tools", ".cache/bin", ".cache/crds"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tools" / "build.py").touch()
    (tmp_path / ".cache" / "bin" / "etcd").touch()
    crds = [{"metadata": {"name": name}} for name in ("b.example.com", "a.example.com")]
    (tmp_path / ".cache" / "crds" / "keda.json").write_text(json.dumps(crds))
    return tmp_path


def complaint(refused: pytest.ExceptionInfo[BadInput]) -> str:
    return str(refused.value)


def test_a_built_program_is_found(checkout: Path) -> None:
    assert find_parts(checkout).binary("etcd") == checkout / ".cache" / "bin" / "etcd"


def test_a_program_that_is_not_built_says_what_to_do(checkout: Path) -> None:
    with pytest.raises(BadInput) as refused:
        find_parts(checkout).binary("kwok")
    assert f"no kwok: not made yet\n    Run `make tools` in {checkout}." in complaint(refused)


def test_a_program_that_could_not_be_built_gives_the_reason(checkout: Path) -> None:
    (checkout / ".cache" / "bin" / "kwok.failed").write_text("no route to host\n")
    with pytest.raises(BadInput, match="no kwok: no route to host"):
        find_parts(checkout).binary("kwok")


def test_crds_come_sorted_by_their_names(checkout: Path) -> None:
    names = [crd["metadata"]["name"] for crd in find_parts(checkout).crds(["keda"])]
    assert names == ["a.example.com", "b.example.com"]


def test_every_controller_whose_crds_are_missing_is_named_at_once(checkout: Path) -> None:
    (checkout / ".cache" / "crds" / "mine.failed").write_text("no controller of that name\n")
    with pytest.raises(BadInput) as refused:
        find_parts(checkout).crds(["keda", "kueue", "mine"])
    assert len(refused.value.complaints) == 2
    assert "no CRDs of kueue: not made yet" in complaint(refused)
    assert f"Run `.venv/bin/python -m tools.crds kueue` in {checkout}." in complaint(refused)
    assert "no CRDs of mine: no controller of that name" in complaint(refused)


def test_the_variable_comes_before_the_repository(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "bin").mkdir()
    monkeypatch.setenv(parts.VARIABLE, str(other))
    assert find_parts(checkout) == Parts(folder=other)


def test_a_variable_that_names_no_such_folder_is_refused(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(parts.VARIABLE, str(tmp_path_factory.mktemp("other")))
    with pytest.raises(BadInput, match="BAYPLAN_PARTS names no folder with built programs") as refused:
        find_parts(checkout)
    assert f"export {parts.VARIABLE}=<clone>/.cache" in complaint(refused)


def test_a_repository_without_parts_takes_those_of_the_checkout_that_bayplan_is_run_from(tmp_path: Path) -> None:
    if not (ROOT / ".cache" / "bin").is_dir():
        pytest.skip("nothing is built yet: run `make tools`")
    assert find_parts(tmp_path) == Parts(folder=ROOT / ".cache")


def test_a_wheel_says_to_clone_and_a_checkout_to_build(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayplan.__file__", str(tmp_path / "lib" / "site-packages" / "bayplan" / "__init__.py"))
    with pytest.raises(BadInput, match="Clone bayplan, run `make tools` there") as refused:
        find_parts(tmp_path / "lib")
    shutil.rmtree(checkout / ".cache")
    with pytest.raises(BadInput) as refused:
        find_parts(checkout)
    assert f"the programs of a lab are not built\n    Run `make tools` in {checkout}." in complaint(refused)


def test_missing_python_packages_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    with pytest.raises(BadInput, match=r"needs the Python packages psutil") as refused:
        parts.check_packages()
    assert "pip install 'bayplan[lab]'" in complaint(refused)
    monkeypatch.undo()
    parts.check_packages()
