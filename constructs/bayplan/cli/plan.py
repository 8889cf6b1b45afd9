"""`bayplan plan`: where everything runs and what it costs, without rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli.command import WELL, Command, Options
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser


class PlanOptions(Options):
    """Options of `plan`."""

    locked: bool
    update: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `plan`."""
    parser.add_argument("--locked", action="store_true", help="never solve: fail when a plan.lock is missing or stale")
    parser.add_argument("--update", action="store_true", help="decide anew, whatever the plan.lock files say")


def run(options: PlanOptions) -> int:
    """Decide every cluster, write the locks, print the plans."""
    platform = pipeline.load(options.root, tell)
    placed = pipeline.place(platform, tell, locked=options.locked, update=options.update)
    pipeline.keep(placed)
    if options.json:
        from bayplan.report import json

        print(json.render({one.cluster.name: one.decision.plan for one in placed}))
    else:
        from bayplan.report.text import plan

        for one in placed:
            print(plan.render(one.cluster, one.decision.plan, kept=one.decision.kept, color=options.color))
    return WELL


COMMAND = Command(
    example="bayplan plan --update",
    options=PlanOptions,
    declare=declare,
    run=run,
)
