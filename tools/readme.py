"""Fills in what README.md shows of the repository itself: `make fix` writes it, a test finds it stale.

Between `<!-- name -->` and `<!-- /name -->` stands what is true now: files as they are, the CLI's own words, and what
it really answers to a mistake.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.rule_pages import pages, table_of_agreement, table_of_families

from bayplan.cli.run import COMMANDS
from bayplan.lab.scheduler_profile import configuration
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read
from bayplan.placement.terms import NVIDIA
from bayplan.validation.registry import explain

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "tests" / "scenarios"

MISTAKEN = """\
name: chat
team: assistants
workloads:
  - kind: Service
    name: web
    image: registry.example.com/assistants/web:v3
    port: 8080
    replica: 3
    resources: {cpu: 500mm, memory: 1Gi}
"""


def filled(text: str) -> str:
    """The README with every block as it should be now; KeyError for a block that nobody fills."""
    return re.sub(
        r"<!-- (\w+) -->\n.*?<!-- /\1 -->",
        lambda found: f"<!-- {found[1]} -->\n{BLOCKS[found[1]]()}<!-- /{found[1]} -->",
        text,
        flags=re.DOTALL,
    )


def commands() -> str:
    """The CLI's verbs, in the order of its own help."""
    rows = [f"| `bayplan {name}` | {summary} |" for name, summary in COMMANDS.items()]
    return "\n".join(["| command | what it does |", "| --- | --- |", *rows, ""])


def mistakes() -> str:
    """A file with two mistakes, and what bayplan says to it."""
    with tempfile.TemporaryDirectory() as root:
        shutil.copytree(ROOT / "clusters", Path(root) / "clusters")
        app = Path(root) / "apps" / "chat.yaml"
        app.parent.mkdir()
        app.write_text(MISTAKEN)
        answer = subprocess.run(
            [sys.executable, "-m", "bayplan", "plan", "--root", root], capture_output=True, text=True, check=False
        )
    if answer.returncode != 2:
        raise SystemExit(f"the README's mistakes are none: exit {answer.returncode}\n{answer.stderr}")
    progress = re.compile(r"  \w")
    told = "\n".join(line for line in answer.stderr.splitlines() if line and not progress.match(line))
    return f"```yaml\n{MISTAKEN}```\n\n```console\n$ bayplan plan\n{told}\n```\n"


def scheduler() -> str:
    """What kube-scheduler is started with in a lab whose cluster says MostAllocated."""
    return f"```yaml\n{write(configuration('MostAllocated', [NVIDIA]))}```\n"


def file(path: str, language: str) -> Callable[[], str]:
    """A block that shows a file."""
    return lambda: f"```{language}\n{(ROOT / path).read_text()}```\n"


def findings() -> str:
    """A tree with a mistake, and what check says to it."""
    with tempfile.TemporaryDirectory() as root:
        tree = Path(root) / "deploy"
        tree.mkdir()
        (tree / "web.yaml").write_text(explain("NET001").bad + "\n")
        answer = subprocess.run(
            [sys.executable, "-m", "bayplan", "check", "deploy", "--select", "NET001"],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    return f"```console\n$ bayplan check deploy\n{answer.stdout}```\n"


def review() -> str:
    """What a reviewer reads first of a scenario: everything above the parts that fold."""
    told = (SCENARIOS / "statefulset-volume-grown" / "review.md").read_text()
    first = told.partition("\n")[2].partition("<details")[0].strip()
    return "".join(f"> {line}".rstrip() + "\n" for line in first.splitlines())


def scenarios() -> str:
    """Every scenario, with what was changed and what a reviewer must learn."""
    rows = []
    for file in sorted(SCENARIOS.glob("*/about.yaml")):
        (about,) = read(file.read_bytes(), file=file.name)
        name = file.parent.name
        rows.append(f"| [{name}]({name}/review.md) | {about.body['change']} | {about.body['learns']} |")
    return "\n".join(["| scenario | what was changed | what a reviewer learns |", "| --- | --- | --- |", *rows, ""])


BLOCKS: dict[str, Callable[[], str]] = {
    "agreement": table_of_agreement,
    "classifier": file("examples/hello.py", "python"),
    "commands": commands,
    "families": table_of_families,
    "findings": findings,
    "lab": file("clusters/lab/cluster.yaml", "yaml"),
    "mistakes": mistakes,
    "review": review,
    "scenarios": scenarios,
    "scheduler": scheduler,
    "training": file("examples/training/digits.py", "python"),
    "training_program": file("examples/training/train.py", "python"),
}


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text()))
    listed = SCENARIOS / "README.md"
    listed.write_text(filled(listed.read_text()))
    for page, text in pages().items():
        page.write_text(text)
