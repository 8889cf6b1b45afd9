"""`bayplan verify`: whether the committed plans are true, without deciding anything."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli import app_options
from bayplan.cli.command import FINDINGS, WELL, Command
from bayplan.cli.progress import tell
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform


class VerifyOptions(app_options.AppOptions):
    """Options of `verify`."""

    clusters: list[str]


def declare(parser: ArgumentParser) -> None:
    """Arguments of `verify`."""
    app_options.declare(parser)
    parser.add_argument("clusters", nargs="*", metavar="CLUSTER", help="clusters to judge (default: all)")


def run(options: VerifyOptions) -> int:
    """Judge the plans; 1 where one breaks a rule."""
    platform = app_options.load(options)
    verdicts = pipeline.verify(platform, chosen(platform, options.clusters), tell)
    if options.json:
        from bayplan.report import json

        print(json.render({verdict.cluster: verdict for verdict in verdicts}))
    else:
        from bayplan.report.text import verdict as told

        for verdict in verdicts:
            print(told.render(verdict, color=options.color))
    return FINDINGS if any(verdict.broken for verdict in verdicts) else WELL


def chosen(platform: Platform, names: list[str]) -> tuple[Cluster, ...]:
    """The clusters that were named, or all. Raises BadInput."""
    known = {cluster.name: cluster for cluster in platform.clusters}
    complaints = []
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            fix = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
            complaints.append(Complaint(file="clusters/", line=0, what=f"there is no cluster '{name}'", fix=fix))
    if complaints:
        raise BadInput(complaints)
    return tuple(cluster for cluster in platform.clusters if not names or cluster.name in names)


COMMAND = Command(
    example="bayplan verify prod",
    options=VerifyOptions,
    declare=declare,
    run=run,
)
