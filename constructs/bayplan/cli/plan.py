"""`bayplan plan`: where everything runs and what it costs, without rendering."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli import app_options
from bayplan.cli.admitted import admit
from bayplan.cli.command import WELL, Command
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from bayplan.placement.decide import Wishes


class DecideOptions(app_options.AppOptions):
    """Options of every command that decides."""

    locked: bool
    update: bool
    epsilon: int | None
    """In hundredths of a percent."""
    time: float | None


class PlanOptions(DecideOptions):
    """Options of `plan`."""

    html: Path | None


def declare(parser: argparse.ArgumentParser) -> None:
    """Arguments of `plan`."""
    declare_decision(parser)
    parser.add_argument("--html", type=Path, metavar="FILE", help="draw the plans: one page, for any browser")


def declare_decision(parser: argparse.ArgumentParser) -> None:
    """Arguments of every command that decides."""
    app_options.declare(parser)
    parser.add_argument("--locked", action="store_true", help="never solve: fail when a plan.lock is missing or stale")
    parser.add_argument("--update", action="store_true", help="decide anew, whatever the plan.lock files say")
    parser.add_argument(
        "--epsilon",
        type=permyriad,
        metavar="PERCENT",
        help="keep a plan that is at most so far above the bound, and give it up only for one that saves more"
        " (default: 0.5)",
    )
    parser.add_argument(
        "--time",
        type=seconds,
        metavar="SECONDS",
        help="effort of the search for each cluster: work that takes about so long, the same on every machine;"
        " when it ends, the best plan found is given with its true gap",
    )


def permyriad(text: str) -> int:
    """Hundredths of a percent; raises ArgumentTypeError."""
    match = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%?", text.strip())
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is no share in percent, such as 0.5")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def seconds(text: str) -> float:
    """A number of seconds above 0; raises ArgumentTypeError."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text.strip()) or not float(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0, such as 60")
    return float(text)


def run(options: PlanOptions) -> int:
    """Decide every cluster, write the locks, print the plans."""
    platform = app_options.load(options)
    placed = pipeline.place(platform, tell, **decision(options))
    if options.html:
        from bayplan import atomic_file
        from bayplan.report.html import plan as drawn

        atomic_file.write(
            options.html.absolute(), drawn.render([(one.cluster, one.problem, one.decision) for one in placed])
        )
        tell("drawn", str(options.html))
    pipeline.keep(placed)
    advice = {one.cluster.name: pipeline.advise(one) for one in placed}
    admitted = admit(platform, placed)
    if options.json:
        from bayplan.report import json
        from bayplan.report.account import account

        told = {one.cluster.name: account(one.decision, advice[one.cluster.name]) for one in placed}
        print(json.render({name: json.with_jobs(one, admitted.get(name)) for name, one in told.items()}))
    else:
        from bayplan.report.text import admission, plan

        for one in placed:
            said = advice[one.cluster.name]
            print(plan.render(one.cluster, one.problem, one.decision, advice=said, color=options.color))
            if one.cluster.name in admitted:
                print(admission.render(admitted[one.cluster.name], color=options.color))
    return WELL


def decision(options: DecideOptions) -> Wishes:
    """What the pipeline is to be told of it."""
    return {
        "locked": options.locked,
        "update": options.update,
        "epsilon_permyriad": options.epsilon,
        "seconds": options.time,
    }


COMMAND = Command(
    example="bayplan plan --update --html plan.html",
    options=PlanOptions,
    declare=declare,
    run=run,
)
