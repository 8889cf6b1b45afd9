"""The page, the table, the flowchart and the document that show who reaches whom: whole, self-contained, true, safe."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema_rs
import pytest

from bayplan.report import flows as document
from bayplan.report.html import graph as page
from bayplan.report.html.graph_layout import Line, lay_out
from bayplan.report.html.markup import VOID
from bayplan.report.text import graph as table
from bayplan.report.text import mermaid
from bayplan.validation.reachability.flows import Flow, Graph, Place, Stopped

ROOT = Path(__file__).resolve().parents[2]
GATE = Place(namespace="", name="namespace ingress", is_outside=True)
WEB = Place(namespace="shop", name="Deployment web", takes_all=False, sends_all=False)
CART = Place(namespace="shop", name="Deployment cart", takes_all=False, sends_all=False)
STORE = Place(namespace="data", name="StatefulSet store", takes_all=False)
LOOSE = Place(namespace="lone", name="Pod <b>x</b>")


def flow(source: Place, target: Place, ports: str = "TCP 80", **more: object) -> Flow:
    return Flow(source=source, target=target, ports=ports, policies=(f"NetworkPolicy {target.namespace}/p",), **more)  # type: ignore[arg-type]


GRAPH = Graph(
    cluster="lab",
    places=tuple(sorted([GATE, WEB, CART, STORE, LOOSE])),
    flows=(
        flow(GATE, WEB),
        flow(WEB, CART, "TCP 8080, UDP 53"),
        flow(GATE, STORE, is_sure=False),
        flow(WEB, STORE, refused_by=("AuthorizationPolicy data/store",)),
    ),
    stopped=(
        Stopped(
            source=CART,
            target=STORE,
            ports="TCP 6379",
            why="the variable DB is store.data:6379",
            policies=("NetworkPolicy data/p",),
            rule="RCH010",
        ),
    ),
)


class Elements(HTMLParser):
    """Elements with their attributes; refuses what is not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name


def test_the_page_is_whole_and_every_id_is_one() -> None:
    elements = Elements(page.render([GRAPH, GRAPH]))
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(one["aria-labelledby"] in ids for _, one in elements.found if one.get("aria-labelledby"))


def test_the_page_needs_no_network_and_no_script() -> None:
    text = page.render([GRAPH])
    names = {name for name, _ in Elements(text).found}
    assert not names & {"script", "link", "img", "iframe", "object"}
    assert "url(" not in text
    assert "http" not in text
    assert not [key for _, attributes in Elements(text).found for key in attributes if key.startswith("on")]


def test_every_box_is_reached_by_the_keyboard_and_has_its_lines() -> None:
    text = page.render([GRAPH])
    boxes = [one for _, one in Elements(text).found if "place" in (one.get("class") or "").split()]
    assert boxes
    assert all(one["tabindex"] == "0" and one["aria-label"] for one in boxes)
    for one in boxes:
        number = re.search(r"p(\d+)", one["class"] or "")
        assert number
        assert f".p{number[1]}:is(:hover,:focus-visible)" in text


def test_what_people_wrote_is_escaped_everywhere() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    place = Place(namespace=evil, name=f"Pod {evil}")
    graph = Graph(cluster=evil, places=(place, WEB, LOOSE), flows=(flow(place, WEB),), stopped=())
    text = page.render([graph])
    assert "<img" not in text
    assert "<b>x</b>" not in text
    assert f'"{evil}' not in mermaid.render(graph)


def test_what_is_stopped_stands_first() -> None:
    text = page.render([GRAPH])
    assert text.index("the variable DB is store.data:6379") < text.index("App by app")
    assert 'class="edge stop' in text
    assert "All that is known to be needed gets through." in page.render(
        [Graph(cluster="", places=(), flows=(), stopped=())]
    )


def test_who_is_wholly_open_is_named_and_not_drawn() -> None:
    text = page.render([GRAPH])
    assert "no policy isolates these pods" in text
    assert "<b>lone</b>" in text


def test_a_line_over_a_column_has_a_lane_and_no_boxes_overlap() -> None:
    ends = [(one.source, one.target) for one in GRAPH.flows] + [(one.source, one.target) for one in GRAPH.stopped]
    lines = [Line(source=source, target=target, label="80", kind="sure") for source, target in ends]
    layout = lay_out(lines, [WEB, CART])
    assert layout.lanes
    rows = [*layout.spots.values(), *(spot for lane in layout.lanes.values() for spot in lane)]
    for one in rows:
        for two in rows:
            if one is not two and one.x == two.x:
                assert one.y + one.height <= two.y or two.y + two.height <= one.y


@pytest.mark.parametrize(
    "pairs", [[(WEB, CART), (CART, WEB)], [(WEB, WEB)], [(WEB, CART), (CART, STORE), (STORE, WEB)]]
)
def test_circles_are_drawn(pairs: list[tuple[Place, Place]]) -> None:
    graph = Graph(cluster="", places=(WEB, CART, STORE), flows=tuple(flow(*pair) for pair in pairs), stopped=())
    assert page.render([graph]).count('class="edge') >= len(pairs)


def test_the_document_obeys_its_schema_which_is_committed() -> None:
    schema = document.schema()
    assert (ROOT / "schemas/bayplan/graph.json").read_text() == schema, "run: bayplan schema"
    told = json.loads(document.render([GRAPH]))
    jsonschema_rs.validator_for(json.loads(schema)).validate(told)
    names = {one["name"] for one in told["clusters"][0]["places"]}
    assert {end for one in told["clusters"][0]["flows"] for end in (one["from"], one["to"])} <= names


def test_the_table_says_who_to_whom_on_which_port_and_why() -> None:
    lines = [line.split("  ") for line in table.render(GRAPH, color=False).splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert [
        "RCH010",
        "shop/cart",
        "data/store (StatefulSet)",
        "TCP 6379",
        "the variable DB is store.data:6379",
        "data/p",
    ] in cells
    assert ["shop/web", "namespace ingress", "TCP 80", "shop/p"] in cells
    assert any("refused by" in " ".join(line) for line in cells)


def test_the_flowchart_has_every_flow_and_what_is_stopped() -> None:
    text = mermaid.render(GRAPH)
    assert text.startswith("flowchart LR\n")
    assert text.count("--x|") == 1
    assert text.count("-->|") == 2
    assert text.count("-.->|") == 2
