"""`bayplan review`: what a change does, before it is merged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import review_pipeline
from bayplan.cli.command import FINDINGS, WELL, Command, Options
from bayplan.cli.progress import tell
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from argparse import ArgumentParser

FORMATS = ("text", "markdown", "json", "sarif", "html")
FAIL_ON = ("blocked", "danger", "attention", "never")


class ReviewOptions(Options):
    """Options of `review`."""

    path: Path | None
    base: str
    head: str
    format: str | None
    output: Path | None
    fail_on: str
    today: str


def declare(parser: ArgumentParser) -> None:
    """Arguments of `review`."""
    add = parser.add_argument
    add("path", nargs="?", type=Path, help="folder of manifests (default: dist/ of the repository)")
    add("--base", required=True, metavar="REV", help="compare with where the head left this revision: main")
    add("--head", default="", metavar="REV", help="revision that is reviewed (default: what stands and is not ignored)")
    add("--format", choices=FORMATS, help="how it is told (default: text)")
    add("--output", type=Path, metavar="FILE", help="write it there instead of printing it")
    add(
        "--fail-on",
        choices=FAIL_ON,
        default="danger",
        help="least verdict that exits with 1 (default: danger)",
    )
    add("--today", default="", metavar="DAY", help="what waivers are measured by: 2027-01-31 (default: the clock)")


def run(options: ReviewOptions) -> int:
    """Review a change; the checkout stays as it is."""
    from bayplan import atomic_file
    from bayplan.cli.today import today
    from bayplan.report.review.form import form
    from bayplan.review.verdict import fails

    name = form_of(options)
    path = options.path.absolute() if options.path else options.root / "dist"
    made = review_pipeline.review(options.root, path, (options.base, options.head), today(options.today), tell)
    text = form(name).render(made, color=options.color and not options.output)
    if options.output:
        atomic_file.write(options.output, text)
        print(options.output)
    else:
        print(text)
    return FINDINGS if fails(made.verdict, options.fail_on) else WELL


def form_of(options: ReviewOptions) -> str:
    """The form that is asked for."""
    if options.json and options.format not in (None, "json"):
        what = f"stands beside --format {options.format}"
        raise BadInput([Complaint(file="--json", line=0, what=what, fix="Leave one of them out.")])
    return "json" if options.json else options.format or "text"


COMMAND = Command(
    example="bayplan review --base main --format markdown",
    options=ReviewOptions,
    declare=declare,
    run=run,
)
