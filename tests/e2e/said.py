"""`bayplan comment` as a privileged job runs it: in an empty folder, with a review of a job that nobody trusts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bayplan.manifests.ref import Ref
from bayplan.review import data
from bayplan.review.review import Change, Effect, Kind, Review, Topic, Verdict, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.e2e.gitea import Request

WEB = Ref("apps", "Deployment", "chat", "web")


def review_of(commit: str, verdict: Verdict = Verdict.ATTENTION, says: str = "rolls, one pod at a time") -> Review:
    """A change of one Deployment."""
    file, origin = "prod/apps/chat/Deployment.web.yaml", "apps/chat.yaml#L12"
    return Review(
        base="0" * 40,
        head=commit,
        path="dist",
        verdict=verdict,
        changes=(Change(cluster="prod", ref=WEB, kind=Kind.MODIFIED, file=file, line=1, origin=origin),),
        effects=(
            Effect(
                cluster="prod", topic=Topic.ROLLOUT, code="pods-roll", weight=Weight.ATTENTION, ref=WEB,
                says=says, file=file, line=1, origin=origin,
            ),
        ),
        objects=1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The privileged job of a pull request."""

    folder: Path
    """Empty: the job has no checkout."""
    request: Request
    token: str

    def start(self, commit: str, review: Review | None, *words: str) -> subprocess.Popen[str]:
        """Begin to comment, with a review of a commit, or to say that one has begun."""
        self.folder.mkdir(exist_ok=True)
        file = self.folder / f"{commit[:8]}.json"
        if review is not None:
            file.write_text(data.write(replace(review, head=commit)))
        what = ["--review", str(file)] if review is not None else [] if "--review" in words else ["--pending"]
        where = ["--forge", "gitea", "--api", f"{self.request.server.url}/api/v1"]
        which = ["--repository", self.request.name, "--pull", str(self.request.number), "--sha", commit]
        command = [sys.executable, "-m", "bayplan", "comment", "--json", *what, *where, *which, *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=surroundings(GITEA_TOKEN=self.token), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, commit: str, review: Review | None, *words: str) -> dict[str, Any]:
        """Comment, and tell what became of it."""
        process = self.start(commit, review, *words)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        told: dict[str, Any] = json.loads(out)
        return told

    def fail(self, commit: str, review: Review | None, *words: str) -> str:
        """Comment where that cannot be: what is told, after exit code 2 and nothing on standard output."""
        process = self.start(commit, review, *words)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out) == (2, ""), out + err
        return err


def surroundings(**more: str) -> Mapping[str, str]:
    """Environment without what a pipeline that runs these tests is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GITEA_", "CI_"))}
    kept.pop("GITLAB_CI", None)
    return kept | more
