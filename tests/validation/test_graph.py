"""The graph of whole trees: golden tables. What changes in them was meant, or is a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayplan import pipeline
from bayplan.cli.check import clusters_around
from bayplan.report.text import graph as table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.parametrize(
    ("golden", "tree", "namespace"),
    [("walled.txt", HERE / "platform" / "lab", "walled"), ("dist.txt", ROOT / "dist" / "prod", "")],
    ids=["walled", "dist"],
)
def test_the_table_of_a_tree(golden: str, tree: Path, namespace: str) -> None:
    """`bayplan graph dist/prod >tests/validation/graph/dist.txt` renews it."""
    graphs = pipeline.graph(tree, clusters_around(tree, ROOT), lambda *_: None, (namespace, "", ""))
    told = "\n\n".join(table.render(one, color=False) for one in graphs)
    assert told.split() == (HERE / "graph" / golden).read_text().split()


def test_words_narrow_the_graph() -> None:
    (graph,) = pipeline.graph(HERE / "platform" / "lab", (), lambda *_: None, ("walled", "gate", "front"))
    assert [(str(one.source), str(one.target)) for one in graph.flows] == [("tower/gate", "walled/front")]
