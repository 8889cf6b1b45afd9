"""Reviews of a large tree against a check of the same: a change in one app, and one in every object."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.race import Race, Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).resolve().parents[1] / ".cache" / "bench"
BAYPLAN = (sys.executable, "-m", "bayplan")
WHO = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
KEPT = HOME / "kept"


def reviews(tree: Path, rounds: int) -> Iterator[Race]:
    """Every race over one tree, whose folders are apps."""
    one, all_of_it = repository(tree, HOME / "review-one"), repository(tree, HOME / "review-all")
    change(sorted(path for path in one.iterdir() if path.is_dir())[:1])
    change([all_of_it])
    races = (
        ("review of one app, nothing kept / check", 1.0, one, ""),
        ("review of one app, base known / check", 0.6, one, str(KEPT)),
        ("review of a change in all / check", 3.0, all_of_it, ""),
    )
    for title, aim, folder, kept in races:
        asked: list[str | Path] = ["review", folder, "--base", "HEAD", "--fail-on", "never", "--format", "json"]
        yield Race(
            title=title,
            aim=aim,
            rounds=rounds,
            ours=Runner(name="review", command=["env", f"BAYPLAN_CACHE={kept}", *BAYPLAN, *asked]),
            theirs=Runner(name="check", command=[*BAYPLAN, "check", folder]),
        )


def repository(tree: Path, at: Path) -> Path:
    """A copy of a tree, committed."""
    shutil.rmtree(at, ignore_errors=True)
    folder = at / "tree"
    shutil.copytree(tree, folder)
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    for arguments in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "base"]):
        command: list[str | Path] = ["git", "-C", at, *WHO, *arguments]
        subprocess.run(command, check=True, env=environment)
    return folder


def change(folders: list[Path]) -> None:
    """Another label on every object."""
    for file in (file for folder in folders for file in folder.rglob("*.yaml")):
        text = file.read_text()
        file.write_text(text.replace("managed-by: bench", "managed-by: another-bench"))
