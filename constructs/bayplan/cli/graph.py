"""`bayplan graph`: who reaches whom on which port, and which policy says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import atomic_file, pipeline
from bayplan.cli.check import clusters_around
from bayplan.cli.command import WELL, Command, Options
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser


class GraphOptions(Options):
    """Options of `graph`."""

    path: Path | None
    html: Path | None
    mermaid: bool
    namespace: str
    source: str
    target: str


def declare(parser: ArgumentParser) -> None:
    """Arguments of `graph`."""
    add = parser.add_argument
    add("path", nargs="?", type=Path, help="folder or file to look at (default: dist/ of the repository)")
    add("--html", type=Path, metavar="FILE", help="write a page with pictures: no script, no network")
    add("--mermaid", action="store_true", help="print a flowchart for Mermaid, as in READMEs")
    add("--namespace", default="", metavar="NAME", help="only what comes from or goes to a namespace")
    add("--from", dest="source", default="", metavar="WORD", help="only what comes from names with this word")
    add("--to", dest="target", default="", metavar="WORD", help="only what goes to names with this word")


def run(options: GraphOptions) -> int:
    """Draw every cluster of a tree."""
    path = options.path.absolute() if options.path else options.root / "dist"
    asked = (options.namespace, options.source, options.target)
    graphs = pipeline.graph(path, clusters_around(path, options.root), tell, asked)
    if options.html:
        from bayplan.report.html import graph as page

        atomic_file.write(options.html, page.render(graphs))
    if options.json:
        from bayplan.report import flows

        print(flows.render(graphs))
    elif options.mermaid:
        from bayplan.report.text import mermaid

        print("\n".join(mermaid.render(one) for one in graphs))
    elif options.html:
        print(options.html)
    else:
        from bayplan.report.text import graph as told

        print("\n\n".join(told.render(one, color=options.color) for one in graphs))
    return WELL


COMMAND = Command(
    example="bayplan graph dist/prod --namespace customer-service",
    options=GraphOptions,
    declare=declare,
    run=run,
)
