"""Runs the `run` steps of a workflow as GitHub's runner would: in order, with their environment, in their folder.

What it cannot do, it refuses: expressions are looked up, not calculated; actions of others (`uses`) are left out and
told. The conditions that our workflows have are in `holds`.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@dataclass
class Job:
    """One job of a workflow, and what it is run with."""

    workflow: Path
    name: str
    root: Path
    """The checkout."""
    context: dict[str, str]
    """What expressions mean: `{"github.token": "..."}`."""
    environment: dict[str, str]
    """What the runner itself sets."""
    used: list[str] = field(default_factory=list)
    """Actions that were left out."""
    ran: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def run(self) -> int:
        """Run the steps; the exit code of the first that fails, or 0."""
        said = yaml.safe_load(self.workflow.read_text())
        job = said["jobs"][self.name]
        assert said["defaults"]["run"]["shell"] == "bash"
        failed = 0
        for step in job["steps"]:
            if not self.holds(step.get("if", ""), failed):
                continue
            if "uses" in step:
                self.used.append(step["uses"].partition("@")[0])
                continue
            told = self.start(step, {**said.get("env", {}), **job.get("env", {}), **step.get("env", {})})
            self.ran[step["name"]] = told
            failed = failed or told.returncode
        return failed

    def start(self, step: dict[str, Any], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        outputs, summary = self.root / ".git" / "outputs", self.root / ".git" / "summary"
        outputs.write_text("")
        assert "${{" not in step["run"], "text of others never becomes part of a script"
        runner = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary), "PATH": os.environ["PATH"]}
        told = subprocess.run(
            ["/usr/bin/env", "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.said(step.get("working-directory", str(self.root))),
            env={**runner, **self.environment, **{name: self.said(text) for name, text in environment.items()}},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        for line in outputs.read_text().splitlines():
            name, _, value = line.partition("=")
            self.context[f"steps.{step['id']}.outputs.{name}"] = value
        return told

    def said(self, text: str) -> str:
        """A text with its expressions looked up."""
        return EXPRESSION.sub(lambda found: self.context[found[1]], str(text))

    def holds(self, condition: str, failed: int) -> bool:
        """Whether a step is to be run."""
        if condition == "${{ !cancelled() }}":
            return True
        if condition == "${{ !github.event.repository.private }}":
            return not failed
        if condition.startswith("steps."):
            return not failed and bool(self.context.get(condition))
        assert condition == "", condition
        return not failed
