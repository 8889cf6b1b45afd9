"""`bayplan nodes`: what whoever makes the nodes has to make, from the committed plans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli import app_options
from bayplan.cli.command import WELL, Command
from bayplan.cli.progress import tell
from bayplan.cli.verify import chosen

if TYPE_CHECKING:
    from argparse import ArgumentParser


class NodesOptions(app_options.AppOptions):
    """Options of `nodes`."""

    clusters: list[str]


def declare(parser: ArgumentParser) -> None:
    """Arguments of `nodes`."""
    app_options.declare(parser)
    parser.add_argument("clusters", nargs="*", metavar="CLUSTER", help="clusters to tell of (default: all)")


def run(options: NodesOptions) -> int:
    """Tell every kind of nodes of some clusters. It never decides: raises BadInput where a plan is stale."""
    from bayplan.report.nodes import account

    platform = app_options.load(options)
    wanted = replace(platform, clusters=chosen(platform, options.clusters))
    placed = pipeline.place(wanted, tell, locked=True)
    told = {one.cluster.name: account(one.cluster, one.decision.plan) for one in placed}
    if options.json:
        from bayplan.report import json

        print(json.render({name: {"pools": kinds} for name, kinds in told.items()}))
    else:
        from bayplan.report.text import nodes

        for name, kinds in told.items():
            print(nodes.render(name, kinds, color=options.color))
    return WELL


COMMAND = Command(
    example="bayplan nodes prod --json > nodes.json",
    options=NodesOptions,
    declare=declare,
    run=run,
)
