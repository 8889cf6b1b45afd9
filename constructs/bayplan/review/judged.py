"""What was found in a base is kept on this machine: many changes are reviewed against one base."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bayplan.manifests import kept
from bayplan.manifests.git import git
from bayplan.validation.finding import Status
from bayplan.validation.flux import program
from bayplan.validation.registry import rules
from bayplan.validation.shares import plain, told
from bayplan.validation.waivers import Judgement, Waived

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.review.revision import Revision

SORT = "judged"
WORTH_KEEPING = 1_000
"""Objects of a base whose findings are kept: fewer are judged as fast."""


def question(base: Revision, top: Path, path: Path) -> str:
    """What the findings of a base depend on: all of its files, the day, and the programs that judge."""
    whole = git(top, "rev-parse", f"{base.commit}^{{tree}}").stdout.decode().strip()
    modules = sorted({rule.judge.__module__ for rule in rules()})
    files = [sys.modules[name].__file__ or "" for name in modules if not name.startswith("bayplan.")]
    builder = program.find()
    files += [str(builder)] if builder is not None else []
    stamps = [f"{file} {os.stat(file).st_mtime_ns} {os.stat(file).st_size}" for file in files]  # noqa: PTH116 - a text
    specs = [one.model_dump_json() for one in base.clusters]
    return "\0".join((str(top), whole, str(path), str(base.settings.today), *specs, *stamps))


def look_up(asked: str) -> Judgement | None:
    """What was found; None where nobody has asked it here."""
    known = kept.look_up(SORT, asked)
    if known is None:
        return None
    findings, waived, not_checked = known
    return Judgement(
        findings=tuple(told(one) for one in findings),
        waived=tuple(Waived(told(one), reason, until) for one, reason, until in waived),
        not_checked=tuple(not_checked),
    )


def keep(asked: str, judgement: Judgement, objects: int) -> None:
    """Keep what was found, if that is much and no rule has failed."""
    if objects < WORTH_KEEPING or any(one.status is Status.ERROR for one in judgement.findings):
        return
    findings = [plain(one) for one in judgement.findings]
    waived = [(plain(one.finding), one.reason, one.until) for one in judgement.waived]
    kept.keep(SORT, asked, (findings, waived, list(judgement.not_checked)))
