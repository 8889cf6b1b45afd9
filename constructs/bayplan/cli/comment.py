"""`bayplan comment`: what a review says, on the pull request."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.cli.command import WELL, Command, Options
from bayplan.cli.review import FAIL_ON
from bayplan.complaint import BadInput, refused
from bayplan.forge.forge import Author, State, Status
from bayplan.forge.marker import KEY, Marker, one_line, written
from bayplan.forge.post import Note, Outcome, Posted, announce, post
from bayplan.forge.surroundings import surroundings
from bayplan.forge.target import FORGES, Target, checked, open_forge, shape_of

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.forge.forge import Shape
    from bayplan.review.review import Review

MOST_BYTES = 16 << 20
"""Of a review that is put into a comment; the change that needs more is told by its page, not by a comment."""


class CommentOptions(Options):
    """Options of `comment`."""

    review: Path | None
    forge: str
    api: str
    repository: str
    pull: int
    sha: str
    key: str
    author: str
    url: str
    fail_on: str
    status: bool
    pending: bool
    dry_run: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `comment`."""
    add = parser.add_argument
    add("--review", type=Path, metavar="FILE", help="what `bayplan review --format json` wrote; only data, never run")
    add("--forge", choices=tuple(FORGES), default="", help="default: that of the pipeline")
    add("--repository", default="", metavar="NAME", help="owner/name (default: that of the pipeline)")
    add("--pull", type=int, default=0, metavar="N", help="number of the pull request (default: that of the pipeline)")
    add("--sha", default="", metavar="COMMIT", help="the reviewed commit of the pull request (default: the pipeline's)")
    add("--api", default="", metavar="URL", help="of the forge (default: the pipeline's, else that of the public one)")
    add("--key", default="review", help="which comment, where a repository has several reviews (default: review)")
    add("--author", default="", metavar="ACCOUNT", help="who the token is, where it may not be asked")
    add("--url", default="", metavar="URL", help="where the commit status leads to (default: the pipeline's run)")
    add("--fail-on", choices=FAIL_ON, default="danger", help="least verdict whose status is failure (default: danger)")
    add("--no-status", dest="status", action="store_false", help="leave the commit status alone")
    add("--pending", action="store_true", help="say that a review has begun: status pending, older comment superseded")
    add("--dry-run", action="store_true", help="print what would be sent; asks and sends nothing")


def run(options: CommentOptions) -> int:
    """Say it, or print what would be said."""
    review = None if options.pending else read(options)
    target = checked(target_of(options, review))
    if not KEY.fullmatch(options.key) or len(options.key) > 100:
        raise refused("--key", "is no key", "Letters, digits, dots, slashes, and single dashes between them.")
    status = status_of(review, options.fail_on, target.run)
    if options.dry_run:
        print(draft(review, target, options.key, status, has_status=options.status))
        return WELL
    forge = open_forge(target, os.environ)
    author = author_of(options.author)
    if review is None:
        posted = announce(forge, options.key, target.commit, author)
    else:
        posted = post(forge, Note(key=options.key, commit=target.commit, body=markdown_of(review, forge)), author)
    if options.status:
        try:
            forge.set_status(target.commit, status)
        except BadInput:
            print(told(posted, None, as_json=False), file=sys.stderr)  # the comment stands, whatever is said next
            raise
    print(told(posted, status if options.status else None, as_json=options.json))
    return WELL


def read(options: CommentOptions) -> Review:
    """The review of a job that nobody trusts: a file of some size, whole, and just as bayplan writes it."""
    from bayplan.review import data

    if options.review is None:
        raise refused("--review", "is not given", "The file that `bayplan review --format json` wrote, or --pending.")
    try:
        with options.review.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        fix = "Name the file that `bayplan review --format json` wrote."
        raise refused(str(options.review), f"cannot be read: {error.strerror}", fix) from error
    if len(content) > MOST_BYTES:
        fix = "Show its page, which `bayplan review --format html` makes, instead of a comment."
        raise refused(str(options.review), f"has more than {MOST_BYTES:,} bytes", fix)
    return data.read(content, file=str(options.review))


def target_of(options: CommentOptions, review: Review | None) -> Target:
    """Options first, then what the pipeline is told, and the review only for the commit that it says it is about."""
    found = surroundings(os.environ)
    if options.forge and options.forge != found.forge:
        found = Target(commit=found.commit, run=found.run)
    return replace(
        found,
        forge=options.forge or found.forge,
        api=options.api or found.api,
        repository=options.repository or found.repository,
        pull=options.pull or found.pull,
        commit=(options.sha or found.commit or (review.head if review else "")).lower(),
        run=options.url or found.run,
    )


def markdown_of(review: Review, shape: Shape) -> str:
    """The comment's text, by our own renderer: nothing of the other job's own words about form."""
    from bayplan.report.review import markdown

    return markdown.render(review, color=False, limit=shape.most_chars, folds=shape.has_folds)


def status_of(review: Review | None, fail_on: str, url: str) -> Status:
    """The line beside the commit."""
    if review is None:
        return Status(state=State.PENDING, says="The review has begun.", url=url)
    from bayplan.report.review.brief import HEADLINES
    from bayplan.review.verdict import fails

    state = State.FAILURE if fails(review.verdict, fail_on) else State.SUCCESS
    count = len(review.changes)
    says = f"{HEADLINES[review.verdict]}: {count:,} object{'s' * (count != 1)} change{'s' * (count == 1)}"
    return Status(state=state, says=one_line(says), url=url)


def author_of(account: str) -> Author | None:
    """Who we are, as somebody says it: by name, and on Bitbucket Cloud, where names are free, by uuid in braces."""
    if not account:
        return None
    return Author(id=account) if account.startswith("{") else Author(id="", name=account)


def draft(review: Review | None, target: Target, key: str, status: Status, *, has_status: bool) -> str:
    """What would be sent, and where."""
    lines = [f"{target.forge} {target.repository} pull request {target.pull or target.branch}, commit {target.commit}"]
    if has_status:
        lines.append(f"status {status.state}: {status.says}")
    if review is not None:
        shape = shape_of(target.forge)
        lines += ["", written(shape, Marker(key=key, commit=target.commit), markdown_of(review, shape)).rstrip()]
    return "\n".join(lines)


def told(posted: Posted, status: Status | None, *, as_json: bool) -> str:
    """What was done."""
    if as_json:
        state = status.state.value if status else None
        return json.dumps({"comment": posted.outcome.value, "url": posted.url, "head": posted.head, "status": state})
    late = " (a newer commit is there: its review stands)" if posted.outcome is Outcome.LATE else ""
    state = f"; status {status.state}: {status.says}" if status else ""
    return f"comment {posted.outcome}{late}{f': {posted.url}' if posted.url else ''}{state}"


COMMAND = Command(
    example="bayplan comment --review review.json --forge github --repository shop/fleet --pull 7",
    options=CommentOptions,
    declare=declare,
    run=run,
)
