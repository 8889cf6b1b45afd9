"""Every pipeline that users get is read by the linters of its own world; so are the ones of this repository."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bayplan.scaffold.forges import FORGES
from bayplan.scaffold.place import place
from bayplan.scaffold.repository import Beginning, adopted, new

ROOT = Path(__file__).resolve().parents[2]
ACTIONLINT = ROOT / ".cache" / "bin" / "actionlint"
OURS = (*sorted((ROOT / ".github" / "workflows").glob("*.yml")), ROOT / "action.yml")
NAMES = tuple(forge.name for forge in FORGES)
ACTIONS = ("github", "gitea")


def written(folder: Path, name: str, kind: str) -> list[Path]:
    """All files of a forge, as `init` or `adopt` writes them."""
    forge = next(forge for forge in FORGES if forge.name == name)
    said = Beginning(
        app="chat", team="ai", cluster="prod", url="https://git.example.com/ai/platform", owner="@ai/team", forge=name
    )
    files = new(said) if kind == "init" else adopted("clusters", "{}\n", forge, has_pipelines=kind == "adopt beside")
    return [folder / path for path in place(folder, files).written]


@pytest.fixture(params=["init", "adopt", "adopt beside"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def workflows(tmp_path: Path, kind: str) -> list[Path]:
    return [
        path for name in ACTIONS for path in written(tmp_path / name, name, kind) if path.parent.name == "workflows"
    ]


def zizmor(files: list[Path] | tuple[Path, ...]) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("zizmor"))
    command = [program, "--offline", "--no-progress", "--persona", "auditor"]
    return subprocess.run([*command, *files], capture_output=True, text=True, check=False)


def actionlint(files: list[Path]) -> subprocess.CompletedProcess[str]:
    if not ACTIONLINT.exists():
        pytest.skip("actionlint is not built: python -m tools.build actionlint")
    shellcheck = Path(sys.executable).with_name("shellcheck")
    command: list[str | Path] = [ACTIONLINT, "-shellcheck", str(shellcheck), "-pyflakes", "", *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing_in_what_users_get(workflows: list[Path]) -> None:
    told = zizmor(workflows)
    assert told.returncode == 0, told.stdout + told.stderr


def test_zizmor_finds_nothing_in_ours() -> None:
    told = zizmor(OURS)
    assert told.returncode == 0, told.stdout + told.stderr


def test_actionlint_finds_nothing_in_what_users_get(workflows: list[Path]) -> None:
    told = actionlint(workflows)
    assert told.returncode == 0, told.stdout + told.stderr


def test_actionlint_finds_nothing_in_ours() -> None:
    told = actionlint([file for file in OURS if file.name != "action.yml"])
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("name", NAMES)
def test_shellcheck_finds_nothing_in_scripts(tmp_path: Path, kind: str, name: str) -> None:
    scripts = [path for path in written(tmp_path, name, kind) if path.suffix == ".sh"]
    assert scripts
    assert all(path.stat().st_mode & stat.S_IXUSR for path in scripts)
    program = Path(sys.executable).with_name("shellcheck")
    told = subprocess.run([program, *scripts], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_be_filled_in_and_nothing_names_a_registry(tmp_path: Path, kind: str, name: str) -> None:
    for path in written(tmp_path, name, kind):
        assert not re.search(r"__[A-Z]+__", path.read_text()), path


def test_every_action_is_pinned_by_hash_with_its_version_beside_it(workflows: list[Path]) -> None:
    for file in (*workflows, *OURS):
        for line in file.read_text().splitlines():
            if re.match(r"\s*(- )?uses:", line):
                assert re.search(r"uses: (\./|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)", line), f"{file}: {line}"


def test_one_action_has_one_hash_everywhere(workflows: list[Path]) -> None:
    found = re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40})", "".join(file.read_text() for file in (*workflows, *OURS)))
    assert len({name for name, _ in found}) == len(set(found))


def test_nothing_is_allowed_that_a_job_does_not_say(workflows: list[Path]) -> None:
    for file in (*workflows, *OURS):
        said = yaml.safe_load(file.read_text())
        if "jobs" in said:
            assert said["permissions"] == {}, file
            assert "concurrency" in said, file
            for job in said["jobs"].values():
                assert job["permissions"], file
                assert job["timeout-minutes"] <= 90, file


def test_a_pull_request_of_a_stranger_meets_no_secret_and_no_right(workflows: list[Path]) -> None:
    for file in (*workflows, *OURS):
        said = yaml.safe_load(file.read_text())
        events = said.get(True) or {}
        if "pull_request" in events:
            judged = said["jobs"].get("review") or next(iter(said["jobs"].values()))
            assert judged["permissions"] == {"contents": "read"}
            assert "secrets." not in json.dumps(judged)
            assert "github.token" not in json.dumps(judged)


def test_gitlabs_jobs_are_a_mapping_that_yaml_reads(tmp_path: Path, kind: str) -> None:
    (file,) = [path for path in written(tmp_path, "gitlab", kind) if path.name.endswith("gitlab-ci.yml")]
    said = yaml.safe_load(file.read_text())
    comment = said.get("comment") or said["bayplan-comment"]
    assert comment["variables"]["GIT_STRATEGY"] == "none"
    assert "review.sh" not in json.dumps(comment)


def groovy_lint(file: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("java") is None:
        pytest.skip("npm-groovy-lint needs java, which is not here")
    command = ["-m", "tools.pipelines", "npm-groovy-lint", "--noserver", "--failon", "warning", str(file)]
    told = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if "cannot be installed" in told.stderr:
        pytest.skip(f"npm could not install npm-groovy-lint: {told.stderr.strip()[-300:]}")
    return told


def test_a_jenkinsfile_is_groovy_without_a_finding(tmp_path: Path) -> None:
    (file,) = [path for path in written(tmp_path, "jenkins", "init") if path.name == "Jenkinsfile"]
    told = groovy_lint(file)
    assert told.returncode == 0, told.stdout + told.stderr
    file.write_text(file.read_text().replace("stages {", "stages (", 1))
    assert groovy_lint(file).returncode == 1


@pytest.mark.parametrize(
    ("ours", "theirs"), [("review", "bayplan"), ("comment", "bayplan-comment"), ("main", "bayplan-main")]
)
def test_this_repository_uses_what_users_get(tmp_path: Path, ours: str, theirs: str) -> None:
    (file,) = [path for path in written(tmp_path, "github", "init") if path.stem == theirs]
    mine = yaml.safe_load((ROOT / ".github" / "workflows" / f"{ours}.yml").read_text())["jobs"]
    said = yaml.safe_load(file.read_text())["jobs"]
    assert mine.keys() == said.keys()
    for name, job in said.items():
        wanted = [step for step in job["steps"] if "run" in step and step["name"] != "Install bayplan"]
        found = {step["name"]: step for step in mine[name]["steps"] if "run" in step}
        for step in wanted:
            script = found[step["name"]]["run"].replace('"$GITHUB_WORKSPACE/.venv/bin/bayplan"', "bayplan")
            assert script.replace('PATH="$PWD/.venv/bin:$PATH" ', "") == step["run"]
            assert found[step["name"]].get("env") == step.get("env")
