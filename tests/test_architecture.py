"""The shape of the house: what CONTRIBUTING.md promises about rooms, layers and sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tools import readme, rule_pages

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["apps", "bench", "clusters", "constructs", "dist", "examples", "schemas", "tests", "tools"]
SAY_NOTHING = {"base", "common", "core", "helper", "helpers", "manager", "misc", "models", "util", "utils"}
MODULE_LINES, TEST_MODULE_LINES, FUNCTION_LINES = 220, 240, 45

# Runs in a fresh interpreter: imports the rooms that it is given and tells what that started.
PROBE = """
import sys
processes = []
starts = ("subprocess.Popen", "os.fork", "os.exec", "os.posix_spawn", "os.system")
sys.addaudithook(lambda event, _: processes.append(event) if event in starts else None)
from importlib import import_module
from pkgutil import walk_packages
import bayplan
for room in sys.argv[1:]:
    for module in walk_packages(import_module(room).__path__, room + "."):
        import_module(module.name)
print(*processes, *sorted({"cdk8s", "constructs", "jsii", "ortools"} & set(sys.modules)))
"""


def committed() -> list[Path]:
    """Every file of the checkout that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return [path for path in committed() if path.suffix == ".py"]


def test_a_room_imports_only_those_below_it() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("rooms", [[], ["bayplan.spec"], ["bayplan.manifests"], ["bayplan.validation"]], ids=str)
def test_reading_and_judging_start_neither_node_nor_a_solver(rooms: list[str]) -> None:
    command = [sys.executable, "-c", PROBE, *rooms]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_top_level_folders_are_those_that_contributing_names() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in committed() if path.parent != ROOT}
    assert sorted(name for name in found if not name.startswith(".")) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_says_what_lives_in_it(folder: str) -> None:
    lines = (ROOT / folder / "README.md").read_text().splitlines()
    assert lines[0].startswith(f"# {folder}/")
    assert len(lines) >= 5


def test_the_source_root_does_not_shadow_the_package_constructs() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()


def test_dist_is_committed_as_it_is() -> None:
    assert not (ROOT / "dist" / ".gitignore").exists()
    command = ["git", "check-ignore", "dist/lab/apps/x/Service.x.yaml"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 1


def test_the_readme_shows_what_is_true() -> None:
    text = (ROOT / "README.md").read_text()
    assert readme.filled(text) == text, "make fix"
    listed = (readme.SCENARIOS / "README.md").read_text()
    assert readme.filled(listed) == listed, "make fix"


def test_every_family_of_rules_has_its_page() -> None:
    stale = [str(page) for page, text in rule_pages.pages().items() if not page.is_file() or page.read_text() != text]
    assert stale == [], "make fix"


def test_modules_fit_one_reader() -> None:
    long: list[str] = []
    for path in modules():
        most = TEST_MODULE_LINES if path.is_relative_to(ROOT / "tests") else MODULE_LINES
        long += [str(path)] if len(path.read_text().splitlines()) > most else []
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno
                long += [f"{path}:{node.lineno} {node.name}: {lines} lines"] if lines > FUNCTION_LINES else []
    assert long == []


def test_modules_have_names_that_say_something() -> None:
    assert [str(path) for path in modules() if path.stem in SAY_NOTHING] == []


def test_tests_use_the_public_surface() -> None:
    private = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        if path.is_relative_to(ROOT / "tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bayplan")
        if any(name.startswith("_") for name in [*(node.module or "").split("."), *(one.name for one in node.names)])
    ]
    assert private == []


def test_test_modules_have_one_name_each() -> None:
    names = [path.stem for path in modules() if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_no_committed_file_names_the_host_of_a_registry() -> None:
    hosts = [b"pypi." + b"org", b"pythonhosted." + b"org", b"registry." + b"npmjs", b"proxy." + b"golang"]
    named = [str(path.relative_to(ROOT)) for path in committed() if any(host in path.read_bytes() for host in hosts)]
    assert named == []
