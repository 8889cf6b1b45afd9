"""Judges are built from their folders alone, once, and what cannot be built says why."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
import tools.build
from tools.build import binaries, build, folders, main
from tools.compile import CannotBuildError
from tools.golang import GO

from bayplan.lab.parts import Parts

if TYPE_CHECKING:
    from pathlib import Path

GO_MOD = "module example.com/judge\n\ngo 1.27\n\ntool example.com/judge/cmd/hello\n"
HELLO = 'package main\n\nvar version = "none"\n\nfunc main() { println(version) }\n'
ASKS = """\
package main

import "runtime"

func asked(here []uintptr) int { return runtime.Callers(1, here) }

func main() {
	here := make([]uintptr, 1)
	asked(here)
	frame, _ := runtime.CallersFrames(here).Next()
	println(frame.Func == nil) // as it is where a function was inlined
}
"""
NONSENSE = "package main\n\nfunc main() { nonsense }\n"


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a judge of our own, in a repository of its own; Go's caches stay ours."""
    if not GO.exists():
        pytest.skip(f"{GO} is not there: run `make setup`")
    monkeypatch.setattr(tools.build, "ROOT", tmp_path)
    monkeypatch.setattr(tools.build, "BIN", tmp_path / "bin")
    monkeypatch.setenv("GOPROXY", "off")
    folder = tmp_path / "tools" / "judge"
    (folder / "cmd" / "hello").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    (folder / "go.mod").write_text(GO_MOD)
    (folder / "cmd" / "hello" / "main.go").write_text(HELLO)
    return folder


def test_a_judge_is_built_with_what_its_tool_yaml_says_and_then_left_alone(judge: Path, tmp_path: Path) -> None:
    (judge / "tool.yaml").write_text('example.com/judge/cmd/hello: {binary: hi, ldflags: "-X main.version=v1.2.3"}\n')
    build("judge")
    binary = tmp_path / "bin" / "hi"
    assert subprocess.run([binary], capture_output=True, text=True, check=True).stderr == "v1.2.3\n"
    built = binary.stat().st_mtime_ns
    build("judge")
    assert binary.stat().st_mtime_ns == built


@pytest.mark.parametrize("inline", [False, True])
def test_what_we_are_measured_against_is_compiled_as_its_makers_do(judge: Path, tmp_path: Path, inline: bool) -> None:
    if inline:
        (judge / "tool.yaml").write_text("example.com/judge/cmd/hello: {inline: true}\n")
    (judge / "cmd" / "hello" / "main.go").write_text(ASKS)
    build("judge")
    told = subprocess.run([tmp_path / "bin" / "hello"], capture_output=True, text=True, check=True).stderr
    assert told == f"{str(inline).lower()}\n"


def test_what_cannot_be_built_says_why_under_the_names_of_its_programs(judge: Path, tmp_path: Path) -> None:
    (judge / "cmd" / "hello" / "main.go").write_text(NONSENSE)
    with pytest.raises(CannotBuildError, match="nonsense"):
        build("judge")
    assert "nonsense" in Parts(folder=tmp_path).why_missing("hello")
    assert "nonsense" in (tmp_path / "bin" / "judge.failed").read_text()
    assert main(["judge"]) == 1
    assert main(["judge", "--optional"]) == 0


def test_the_reason_goes_when_the_judge_is_built_after_all(judge: Path, tmp_path: Path) -> None:
    for name in ("judge", "hello"):
        (tmp_path / "bin" / f"{name}.failed").write_text("no network\n")
    build(judge.name)
    assert not list((tmp_path / "bin").glob("*.failed"))


def test_a_program_of_other_pins_does_not_outlive_them(judge: Path, tmp_path: Path) -> None:
    build("judge")
    (judge / "go.mod").write_text(GO_MOD + "\n// changed\n")
    (judge / "cmd" / "hello" / "main.go").write_text(NONSENSE)
    with pytest.raises(CannotBuildError):
        build("judge")
    assert not (tmp_path / "bin" / "hello").exists()
    (judge / "go.mod").write_text(GO_MOD)  # back to the pins of the first build, whose program is gone
    (judge / "cmd" / "hello" / "main.go").write_text(HELLO)
    build("judge")
    assert (tmp_path / "bin" / "hello").exists()


def test_a_program_of_our_own_is_built_anew_when_its_source_changes(judge: Path, tmp_path: Path) -> None:
    build("judge")
    (judge / "cmd" / "hello" / "main.go").write_text(HELLO.replace('"none"', '"other"'))
    build("judge")
    told = subprocess.run([tmp_path / "bin" / "hello"], capture_output=True, text=True, check=True).stderr
    assert told == "other\n"


def test_what_a_killed_build_has_left_is_removed(judge: Path, tmp_path: Path) -> None:
    half = tmp_path / "bin" / ".hello.killed" / "hello"
    half.parent.mkdir()
    half.touch()
    build(judge.name)
    assert sorted(path.name for path in (tmp_path / "bin").iterdir()) == [".judge.lock", "hello", "judge.built"]


def test_kubernetes_comes_first() -> None:
    assert folders()[0] == "kubernetes"


def test_names_of_binaries_leave_the_major_version_out(judge: Path) -> None:
    (judge / "go.mod").write_text(GO_MOD.replace("cmd/hello", "kustomize/v5"))
    assert [binary.name for binary in binaries("judge")] == ["kustomize"]


def test_a_tool_yaml_about_something_else_is_a_mistake(judge: Path) -> None:
    (judge / "tool.yaml").write_text("example.com/other: {binary: x}\n")
    with pytest.raises(CannotBuildError, match=r"example\.com/other"):
        binaries("judge")
