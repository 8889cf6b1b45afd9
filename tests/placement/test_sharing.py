"""Who sits when not everything fits: against every possible seating of tiny questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayplan.placement.sharing.ceiling import Prices, ceiling
from bayplan.placement.sharing.check import breaches
from bayplan.placement.sharing.plan import bound, plan
from bayplan.placement.sharing.question import Claim, Host, Question

if TYPE_CHECKING:
    from bayplan.placement.sharing.seating import Seating

QUICK = settings(
    max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def host(name: str = "h", *, cpu: int = 8, accelerators: int = 2, nodes: int = 1) -> Host:
    return Host(name=name, room=(cpu, 100), accelerators=accelerators, nodes=nodes)


def claim(
    name: str, *, cpu: int = 1, whole: int = 0, share: int = 0, count: int = 1, weight: int = 1, priority: int = 0
) -> Claim:
    return Claim(
        name=name,
        needs=(cpu, 1),
        accelerators=whole,
        share_milli=share,
        count=count,
        weight=weight,
        priority=priority,
        hosts=(0,),
    )


def asked(hosts: list[Host], claims: list[Claim]) -> Question:
    return Question(hosts=tuple(hosts), claims=tuple(claims))


@st.composite
def questions(draw: st.DrawFn, priorities: int = 1) -> Question:
    hosts = [
        host(
            f"h{number}",
            cpu=draw(st.integers(2, 8)),
            accelerators=draw(st.integers(0, 3)),
            nodes=draw(st.integers(1, 2)),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    claims = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("share", "share", "whole", "none")))
        one = claim(
            f"c{number}",
            cpu=draw(st.integers(1, 5)),
            whole=draw(st.integers(1, 2)) if kind == "whole" else 0,
            share=draw(st.sampled_from((200, 300, 500, 600, 810))) if kind == "share" else 0,
            count=draw(st.integers(1, 2)),
            weight=draw(st.integers(1, 9)),
            priority=draw(st.integers(1, priorities)),
        )
        claims.append(replace(one, hosts=draw(st.sampled_from([(0,), tuple(range(len(hosts)))]))))
    return asked(hosts, claims)


def best_weights(question: Question) -> tuple[int, ...]:
    """Of every possible seating the best: weights of the priorities, the highest first, compared in this order."""
    priorities = sorted({one.priority for one in question.claims}, reverse=True)
    pods = [number for number, one in enumerate(question.claims) for _ in range(one.count)]
    places = tuple(
        (number, *node.room, *((1000,) * node.accelerators))
        for number, node in enumerate(question.hosts)
        for _ in range(node.nodes)
    )

    @cache
    def search(position: int, nodes: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
        if position == len(pods):
            return (0,) * len(priorities)
        one = question.claims[pods[position]]
        best = search(position + 1, nodes)
        for place, node in enumerate(nodes):
            for after in seatings(one, node):
                rest = search(position + 1, tuple(sorted((*nodes[:place], after, *nodes[place + 1 :]))))
                mine = tuple(one.weight * (one.priority == priority) for priority in priorities)
                best = max(best, tuple(left + right for left, right in zip(rest, mine, strict=True)))
        return best

    return search(0, tuple(sorted(places)))


def seatings(one: Claim, node: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What a node could look like with one more pod."""
    number, cpu, memory, *accelerators = node
    if number not in one.hosts or one.needs[0] > cpu or one.needs[1] > memory:
        return []
    head = (number, cpu - one.needs[0], memory - one.needs[1])
    if one.share_milli:
        enough = [place for place, left in enumerate(accelerators) if left >= one.share_milli]
        return [
            (*head, *sorted(left - one.share_milli * (at == place) for at, left in enumerate(accelerators)))
            for place in enough
        ]
    free = [left for left in accelerators if left == 1000]
    if len(free) < one.accelerators:
        return []
    used = [left for left in accelerators if left < 1000]
    return [(*head, *sorted([*used, *free[one.accelerators :], *([0] * one.accelerators)]))]


def weights(question: Question, seating: Seating) -> tuple[int, ...]:
    seated = seating.seated(question)
    priorities = sorted({one.priority for one in question.claims}, reverse=True)
    return tuple(
        sum(one.weight * count for one, count in zip(question.claims, seated, strict=True) if one.priority == priority)
        for priority in priorities
    )


def test_a_seating_keeps_the_rules_and_lies_between_the_best_and_the_ceiling() -> None:
    met: Counter[str] = Counter()

    @QUICK
    @given(questions())
    def law(question: Question) -> None:
        seating = plan(question)
        (best,) = best_weights(question)
        met["best" if seating.weight == best else "less"] += 1
        met["waits"] += best < sum(one.weight * one.count for one in question.claims)
        assert breaches(question, seating) == []
        assert seating.weight <= best <= seating.ceiling

    law()
    assert met["waits"] >= 15, f"in too few questions somebody has to wait: {met}"
    assert met["best"] >= 19 * met["less"], f"too often there is a better seating: {met}"


def test_nobody_waits_for_the_sake_of_a_lower_priority() -> None:
    met: Counter[bool] = Counter()

    @QUICK
    @given(questions(priorities=3))
    def law(question: Question) -> None:
        seating = plan(question)
        assert breaches(question, seating) == []
        met[weights(question, seating) == best_weights(question)] += 1

    law()
    assert met[True] >= 19 * met[False], f"too often a priority could have more: {met}"


def test_no_prices_prove_less_than_can_be_seated() -> None:
    @QUICK
    @given(questions(), st.data())
    def law(question: Question, data: st.DataObject) -> None:
        price = st.integers(0, 9_000_000)
        prices = Prices(
            pods=tuple(data.draw(price) for _ in question.claims),
            room=tuple((data.draw(price), data.draw(st.integers(0, 100_000))) for _ in question.hosts),
        )
        assert ceiling(question, prices) >= best_weights(question)[0]

    law()


def test_equal_questions_have_equal_answers() -> None:
    shares = [claim(f"s{milli}", share=milli, count=7, weight=milli) for milli in (810, 650, 470, 320, 160, 110)]
    question = asked([host(cpu=20, accelerators=4, nodes=3)], [*shares, claim("w", whole=2, count=3, weight=2000)])
    assert plan(question) == plan(question)


def test_three_and_three_of_eight_accelerators_leave_two() -> None:
    question = asked([host(cpu=99, accelerators=8, nodes=2)], [claim("three", whole=3, count=5, weight=3)])
    assert bound(question)[1] == 12


def test_small_shares_fill_what_large_ones_leave() -> None:
    claims = [claim("large", share=810, count=2, weight=810), claim("small", share=190, count=3, weight=190)]
    assert plan(asked([host()], claims)).weight == 2000


def test_a_share_leaves_no_whole_accelerator() -> None:
    claims = [claim("share", share=100, weight=9), claim("both", whole=2, weight=5)]
    assert plan(asked([host()], claims)).seated(asked([host()], claims)) == (1, 0)


def test_a_light_pod_of_high_priority_sits_before_a_heavy_one() -> None:
    question = asked([host()], [claim("heavy", whole=2, weight=999), claim("light", whole=1, weight=1, priority=1)])
    assert plan(question).seated(question) == (0, 1)


CHEATS = {
    "more pods than are asked for": lambda one: replace(one, bundles=(*one.bundles, one.bundles[0])),
    "more nodes than there are": lambda one: replace(one, nodes=one.nodes + 1),
    "another host": lambda one: replace(one, host=1),
    "a whole accelerator shared": lambda one: replace(one, bundles=((1, ((0, 1), (1, 1))), *one.bundles[1:])),
    "one accelerator for two": lambda one: replace(one, bundles=((1, one.bundles[-1][1]), *one.bundles[:-1])),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_changed_seating_is_refused(cheat: str) -> None:
    claims = [claim("whole", whole=1, weight=3), claim("share", share=600, weight=2), claim("two", whole=2, weight=4)]
    question = asked([host(accelerators=4), host("other", accelerators=4)], claims)
    seating = plan(question)
    assert breaches(question, seating) == []
    (filling,) = seating.fillings
    assert breaches(question, replace(seating, fillings=(CHEATS[cheat](filling),)))


def test_a_ceiling_that_the_prices_do_not_prove_is_refused() -> None:
    question = asked([host()], [claim("a", whole=1, count=3, weight=5)])
    assert breaches(question, replace(plan(question), ceiling=15)) == ["the prices prove 10, not 15"]
