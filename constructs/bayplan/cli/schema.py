"""`bayplan schema`: JSON Schemas of what people write, for editors, and of findings, graphs, nodes and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan import atomic_file
from bayplan.cli.command import WELL, Command, Options

if TYPE_CHECKING:
    from argparse import ArgumentParser


def declare(_: ArgumentParser) -> None:
    """`schema` has no arguments of its own."""


def run(options: Options) -> int:
    """Write `schemas/bayplan/*.json` and say which of them changed."""
    from bayplan.report.findings.json import schema as findings_schema
    from bayplan.report.flows import schema as graph_schema
    from bayplan.report.nodes_schema import schema as nodes_schema
    from bayplan.report.review.json import schema as review_schema
    from bayplan.spec.schema import schemas

    texts = {
        **schemas(),
        "findings.json": findings_schema(),
        "graph.json": graph_schema(),
        "nodes.json": nodes_schema(),
        "review.json": review_schema(),
    }
    folder = options.root / "schemas" / "bayplan"
    states = {
        f"schemas/bayplan/{name}": "written" if atomic_file.write(folder / name, text) else "unchanged"
        for name, text in sorted(texts.items())
    }
    if options.json:
        from bayplan.report import json

        print(json.render(states))
    else:
        for name, state in states.items():
            print(f"{name}: {state}")
    return WELL


COMMAND = Command(
    example="bayplan schema",
    options=Options,
    declare=declare,
    run=run,
)
