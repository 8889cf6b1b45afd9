"""`bayplan doctor` knows every part of a lab, in the version that is pinned, and what to do about what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tools.build import binaries, folders
from tools.golang import GO

from bayplan.doctor import TOOLS, Part, examine, pinned_version
from bayplan.lab.parts import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_USERS = {"act", "actionlint", "controller-gen", "gitea", "goyaml", "karpenter"}
"""Built for tests, for `make schemas` and for `make bench-placement`."""
PROBE = """
import sys
from pathlib import Path
from bayplan.doctor import examine
started = []
sys.addaudithook(lambda event, about: started.append(Path(about[0]).name) if event == "subprocess.Popen" else None)
examine(Path(sys.argv[1]))
print(*started)
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in which etcd is built and kwok could not be."""
    for folder in ("tools/etcd", ".cache/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tools" / "etcd" / "go.mod").write_text((ROOT / "tools" / "etcd" / "go.mod").read_text())
    (tmp_path / ".cache" / "bin" / "etcd").touch()
    (tmp_path / ".cache" / "bin" / "kwok.failed").write_text("go: downloading x\nno route to host\n")
    monkeypatch.setenv(VARIABLE, str(tmp_path / ".cache"))
    return tmp_path


def part(root: Path, name: str) -> Part:
    return next(part for part in examine(root) if part.name == name)


def test_doctor_knows_every_tool_and_its_programs() -> None:
    if not GO.exists():
        pytest.skip(f"{GO} is not there: run `make setup`")
    built = {folder: {one.name for one in binaries(folder)} for folder in folders() if folder not in NOT_FOR_USERS}
    assert {folder: set(programs) for folder, (_, programs) in TOOLS.items()} == built


@pytest.mark.parametrize("folder", sorted(TOOLS.keys() - {"flux-build", "promtool"}))  # ours have no version
def test_the_pinned_version_of_every_tool_is_found(folder: str) -> None:
    assert pinned_version((ROOT / "tools" / folder / "go.mod").read_text())


def test_the_version_is_that_of_the_longest_module_path() -> None:
    go_mod = (
        "tool a.b/c/d/cmd\n\nrequire a.b/c v1.0.0\n\nrequire (\n\ta.b/c/d v2.0.0\n\ta.b/c/da v3.0.0 // indirect\n)\n"
    )
    assert pinned_version(go_mod) == "2.0.0"


def test_a_built_tool_has_the_version_that_is_pinned(checkout: Path) -> None:
    etcd = part(checkout, "etcd")
    assert (etcd.version, etcd.remedy) == (pinned_version((checkout / "tools/etcd/go.mod").read_text()), "")


def test_a_missing_tool_says_what_to_do_and_is_not_needed(checkout: Path) -> None:
    istio = part(checkout, "istio")
    assert (istio.version, istio.remedy, istio.needed) == ("", "make tools", False)
    assert part(checkout, "CRDs").remedy == "make tools"


def test_a_tool_that_could_not_be_built_says_why(checkout: Path) -> None:
    assert part(checkout, "kwok").remedy == "make tools (no route to host)"


def test_the_controllers_whose_crds_are_there_are_named(checkout: Path) -> None:
    (checkout / ".cache" / "crds").mkdir()
    (checkout / ".cache" / "crds" / "keda.json").write_text(json.dumps([]))
    assert part(checkout, "CRDs").version == "keda"


def test_where_nothing_can_be_built_one_row_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    tools = part(tmp_path, "tools")
    assert "Clone bayplan" in tools.remedy
    assert "etcd" not in {one.name for one in examine(tmp_path)}


def test_doctor_starts_nothing_but_git() -> None:
    command = [sys.executable, "-c", PROBE, str(ROOT)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["git"]
