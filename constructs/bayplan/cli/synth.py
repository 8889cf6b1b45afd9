"""`bayplan synth`: the main job, from apps/ and clusters/ to dist/."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli import app_options, plan, unchanged
from bayplan.cli.command import FINDINGS, WELL, Command
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.report.summary import Summary
    from bayplan.spec.platform import Platform


class SynthOptions(plan.DecideOptions):
    """Options of `synth`: those of `plan`, and where to write."""

    out: Path | None
    allow_deletions: bool
    check: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `synth`."""
    parser.add_argument("--out", type=Path, help="where the tree goes (default: dist/ of the repository)")
    plan.declare_decision(parser)
    parser.add_argument(
        "--allow-deletions", action="store_true", help="go on even when more than a tenth of the objects would go"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing, and leave with 1 where dist/ or a plan.lock is not what would be written; files are named",
    )


def run(options: SynthOptions) -> int:
    """Plan, render, check; print what a person wants to know of it. What was done before is not done again."""
    before = unchanged.answer(unchanged.question(options, outs(options)[-1]))
    if before:
        tell("same", "nothing has changed since the last synth")
        print(before[0])
        return before[1]
    from bayplan.render.node import starting

    with starting():
        platform = app_options.load(options)
    placed = pipeline.place(platform, tell, **plan.decision(options))
    if options.check:
        return compare(platform, placed, options)
    summary = pipeline.synth(platform, placed, outs(options), tell, allow_deletions=options.allow_deletions)
    print(render(summary, options))
    from bayplan.validation.finding import Status

    # what is unknown is told, and is no error
    code = FINDINGS if any(one.status is not Status.UNKNOWN for one in summary.findings) else WELL
    unchanged.remember(unchanged.question(options, outs(options)[-1]), render(summary.settled, options), code)
    return code


def render(summary: Summary, options: SynthOptions) -> str:
    """What is printed."""
    if options.json:
        from bayplan.report import json

        return json.render(summary)
    from bayplan.report.text import summary as told

    return told.render(summary, color=options.color)


def compare(platform: Platform, placed: tuple[pipeline.Placed, ...], options: SynthOptions) -> int:
    """Say how the tree and the plans differ from what would be written; 1 where they do."""
    drift = pipeline.compare(platform, placed, outs(options)[-1], tell)
    locks = [
        one.lock.relative_to(platform.root).as_posix()
        for one in placed
        if not one.lock.is_file() or one.lock.read_bytes() != one.decision.text.encode()
    ]
    if options.json:
        from dataclasses import asdict

        from bayplan.report import json

        print(json.render({**asdict(drift), "locks": locks}))
    else:
        from bayplan.report.text import drift as told

        print(told.render(drift, locks, color=options.color))
    return FINDINGS if drift or locks else WELL


def outs(options: SynthOptions) -> tuple[Path, ...]:
    """Where the tree goes: `dist/` last, so that it changes only when all else went well.

    cdk8s-cli says by CDK8S_OUTDIR where it looks for the result; it empties that folder before it starts us, so the
    folder is never `dist/` itself.
    """
    dist = options.out.absolute() if options.out else options.root / "dist"
    asked = os.environ.get("CDK8S_OUTDIR")
    return (Path(asked).absolute(), dist) if asked and Path(asked).absolute() != dist else (dist,)


COMMAND = Command(
    example="bayplan synth --locked",
    options=SynthOptions,
    declare=declare,
    run=run,
)
