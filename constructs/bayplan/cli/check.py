"""`bayplan check`: what breaks, in any tree of manifests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli.command import FINDINGS, WELL, Command, Options
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.spec.cluster import Cluster


class CheckOptions(Options):
    """Options of `check`."""

    path: Path | None


def declare(parser: ArgumentParser) -> None:
    """Arguments of `check`."""
    parser.add_argument("path", nargs="?", type=Path, help="folder or file to judge (default: dist/ of the repository)")


def run(options: CheckOptions) -> int:
    """Judge a tree; the repository's clusters are known to it when the tree lies in the repository."""
    path = options.path.absolute() if options.path else options.root / "dist"
    findings = pipeline.check(path, clusters_around(path, options.root), tell)
    if options.json:
        from bayplan.report import json

        print(json.render(findings))
    elif findings:
        from bayplan.report.text import findings as told

        print(told.render(findings, color=options.color))
    else:
        print("no findings")
    return FINDINGS if findings else WELL


def clusters_around(path: Path, root: Path) -> tuple[Cluster, ...]:
    """The clusters of the repository that a tree lies in; none for a tree that lies elsewhere."""
    if not (root / "clusters").is_dir() or not path.resolve().is_relative_to(root):
        return ()
    from bayplan.spec.load import load_clusters

    return load_clusters(root)


COMMAND = Command(
    example="bayplan check dist/prod",
    options=CheckOptions,
    declare=declare,
    run=run,
)
