"""The page that shows plans: whole, self-contained, true, and safe."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from tests.placement.small import demand, pool, problem

from bayplan.placement.decide import Decision
from bayplan.placement.plan import Bay, Plan, Seat
from bayplan.placement.plan_changes import compare
from bayplan.placement.seating import seating
from bayplan.placement.terms import LEVELS
from bayplan.report.html import plan as page
from bayplan.report.html.markup import VOID, join, tag
from bayplan.spec.cluster import Cluster

if TYPE_CHECKING:
    from bayplan.placement.problem import Problem

CLUSTER = Cluster.model_validate(
    {
        "name": "lab",
        "region": "z",
        "kubernetes": "1.37",
        "controllers": {"flux": "2.9"},
        "source": {"url": "https://git.example.com/a/b"},
        "pools": [
            {"name": name, "instance": "m7i.xlarge", "zones": ["a"], "nodes": {"max": 9}} for name in ("general", "gpu")
        ],
    }
)
QUESTION = problem(
    demand("shop/front", cpu=1500, pods=(2, 4)),
    demand("shop/rest", cpu=300, pods=(1, 1)),
    demand("bot/answers", cpu=1000, accelerators=1, pods=(1, 3)),
    pool("general", cpu=4000, price=2000),
    pool("gpu", cpu=8000, accelerators=2, model="l4", price=9000),
)


def planned(question: Problem, homes: dict[str, str], nodes: dict[str, tuple[int, int]]) -> Plan:
    low, high = (sum(nodes[one.name][end] * one.e4_usd_per_hour for one in question.pools) for end in (0, 1))
    return Plan(
        cluster=question.cluster,
        seats=tuple(
            Seat(workload=one.workload, pool=homes[one.workload], pods_min=one.pods_min, pods_max=one.pods_max)
            for one in question.demands
        ),
        bays=tuple(
            Bay(pool=one.name, nodes_min=nodes[one.name][0], nodes_max=nodes[one.name][1]) for one in question.pools
        ),
        cost_min_e4_usd_per_hour=low,
        cost_max_e4_usd_per_hour=high,
        bound_min_e4_usd_per_hour=low * 9 // 10,
        bound_max_e4_usd_per_hour=high,
    )


PLAN = planned(
    QUESTION,
    {"shop/front": "general", "shop/rest": "general", "bot/answers": "gpu"},
    {"general": (1, 3), "gpu": (1, 2)},
)


def drawn(question: Problem = QUESTION, plan: Plan = PLAN) -> str:
    return page.render([(CLUSTER, question, Decision(plan=plan, kept=False, text=""))])


class Elements(HTMLParser):
    """What a browser would see: elements with their attributes; refuses what is not closed in order."""

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

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == name]


def test_every_element_is_closed_in_order_and_every_id_is_one() -> None:
    elements = Elements(drawn())
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements.found:
        for named in (attributes.get("aria-labelledby") or "").split():
            assert named in ids


def test_it_needs_no_network_and_no_script() -> None:
    text = drawn()
    elements = Elements(text)
    assert elements.all("script") == elements.all("link") == elements.all("img") == []
    assert [one for one in elements.all("a") if not (one["href"] or "").startswith("#")] == []
    assert "url(" not in text
    assert "http" not in text
    assert not [name for _, attributes in elements.found for name in attributes if name.startswith("on")]


def test_every_picture_has_a_title_and_a_description_in_words() -> None:
    text = drawn()
    pictures = re.findall(r"<svg.*?</svg>", text)
    assert len(pictures) >= 6
    for picture in pictures:
        assert re.match(r"<svg[^>]*>(<title[^>]*>[^<]+</title><desc[^>]*>[^<]+</desc>)", picture)
        assert 'role="img"' in picture


def test_headings_have_no_gaps() -> None:
    levels = [int(name[1]) for name, _ in Elements(drawn()).found if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_both_ends_of_the_load_are_there_and_one_of_them_is_chosen() -> None:
    elements = Elements(drawn())
    switches = elements.all("input")
    assert [("checked" in one, one["type"]) for one in switches] == [(False, "radio"), (True, "radio")]
    assert {one["for"] for one in elements.all("label")} == {one["id"] for one in switches}


def test_figures_are_those_of_the_plan() -> None:
    text = drawn()
    assert "<b>1.1000 … 2.4000</b> USD/h" in text
    assert "<b>0.9900 … 2.4000</b> USD/h" in text
    assert "<b>11.12 % … 0 %</b>" in text


@pytest.mark.parametrize("level", LEVELS)
def test_every_pod_that_has_a_seat_is_drawn_once(level: str) -> None:
    filled = seating(QUESTION, PLAN, "min" if level == "min" else "max")
    assert filled is not None
    for seat in PLAN.seats:
        there = sum(one.number * dict(one.held).get(seat.workload, 0) for one in filled[seat.pool])
        assert there == (seat.pods_min if level == "min" else seat.pods_max)
    for bay in PLAN.bays:
        assert sum(one.number for one in filled[bay.pool]) == (bay.nodes_min if level == "min" else bay.nodes_max)


def test_nodes_that_are_filled_alike_are_one_box() -> None:
    question = problem(demand("a/a", cpu=3000, pods=(12, 12)), pool(cpu=4000, nodes=(0, 20)), pool("gpu"))
    text = drawn(question, planned(question, {"a/a": "general"}, {"general": (12, 12), "gpu": (0, 0)}))
    assert "12 nodes each with a/a (1 pod)" in text
    assert text.count("12 nodes each") == 2, "once for each end of the load"
    assert "Without a node at this load: gpu" in text


def test_what_people_wrote_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>&\"'/w"
    question = problem(demand(evil, cpu=1000), pool("general"), pool("gpu"))
    question = replace(question, pools=tuple(replace(one, zones=("<b>a</b>",)) for one in question.pools))
    text = drawn(question, planned(question, {evil: "general"}, {"general": (1, 1), "gpu": (0, 0)}))
    elements = Elements(text)
    assert elements.all("img") == []
    assert "<b>a</b>" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;" in text


def test_markup_escapes_text_and_attributes_but_not_itself() -> None:
    assert tag("p", "<&", tag("b", '"'), title='a"<b') == '<p title="a&quot;&lt;b">&lt;&amp;<b>&quot;</b></p>'
    assert join("<", tag("br")) == "&lt;<br>"
    assert tag("input", checked=True, disabled=False, for_="x") == '<input checked for="x">'


def test_what_has_changed_is_told() -> None:
    after = planned(
        QUESTION,
        {"shop/front": "general", "shop/rest": "gpu", "bot/answers": "gpu"},
        {"general": (1, 2), "gpu": (1, 3)},
    )
    change = compare(QUESTION, PLAN, QUESTION, after)
    text = page.render([(CLUSTER, QUESTION, Decision(plan=after, kept=False, text="", change=change))])
    assert "shop/rest (1 pod at maximum load): from general to gpu" in text
    assert "costs 0.0000 … 0.7000 USD/h more" in text


def test_who_waits_for_room_is_named() -> None:
    later = replace(demand("late/w", cpu=100, pods=(1, 3)), may_wait=True)
    question = replace(QUESTION, demands=tuple(sorted([*QUESTION.demands, later], key=lambda one: one.workload)))
    assert "Waiting for room: </b>late/w (3 pods)" in drawn(question)
    assert "Waiting for room" not in drawn()


def test_a_fleet_that_is_too_large_to_draw_says_so_and_keeps_its_tables() -> None:
    question = problem(
        demand("a/a", cpu=100, pods=(9000, 9000)), pool(cpu=400, pods=4, nodes=(0, 9999)), pool("gpu", nodes=(0, 1))
    )
    text = drawn(question, planned(question, {"a/a": "general"}, {"general": (2250, 2250), "gpu": (0, 0)}))
    assert "Too many nodes to draw each of them" in text
    assert ">a/a<" in text
