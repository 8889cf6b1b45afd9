"""What is proven for any order holds against a scheduler that means ill."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.placement.small import demand, pool, problem

from bayplan.placement.groups import Group, groups
from bayplan.placement.plan import Seat
from bayplan.placement.proof import any_order_fits

ROOM = (4000, 4000, 50, 4)
SIZES = [(600, 100, 0), (1500, 2000, 0), (100, 1000, 0), (900, 900, 1), (500, 1900, 2), (100, 100, 4)]
"""CPU, memory and accelerators of pods, on nodes with ROOM."""


def group_of(*guests: tuple[tuple[int, int, int], int, bool]) -> Group:
    """One pool with workloads of a size, so many pods each, held evenly or not."""
    demands = [
        demand(f"a/{number}", cpu=cpu, memory=memory, accelerators=count, pods=(pods, pods))
        for number, ((cpu, memory, count), pods, _) in enumerate(guests)
    ]
    host = pool("p", cpu=ROOM[0], memory=ROOM[1], pods=ROOM[2], accelerators=ROOM[3], model="l4", nodes=(0, 20))
    question = problem(*demands, host)
    seats = [
        Seat(workload=one.workload, pool="p", pods_min=one.pods_min, pods_max=one.pods_max, even=even)
        for one, (_, _, even) in zip(question.demands, guests, strict=True)
    ]
    (group,) = groups(question, seats, "min")
    return group


def test_one_node_is_a_matter_of_sums() -> None:
    group = group_of(((1500, 2000, 0), 1, False), ((600, 100, 0), 4, False))
    assert any_order_fits(group, {"p": 1})


def test_pods_held_evenly_leave_room_for_the_others() -> None:
    """Not held, small pods could crowd on both nodes and shut out a large one."""
    guests = [((1500, 2000, 0), 2, True), ((600, 100, 0), 8, True)]
    assert any_order_fits(group_of(*guests), {"p": 2})
    assert not any_order_fits(group_of(*[(size, pods, False) for size, pods, _ in guests]), {"p": 2})


def test_accelerators_make_slots_whatever_else_differs() -> None:
    assert any_order_fits(group_of(((900, 900, 2), 3, False), ((500, 1900, 2), 1, False)), {"p": 2})
    assert not any_order_fits(group_of(((900, 900, 2), 4, False), ((500, 1900, 2), 1, False)), {"p": 2})


def test_pods_come_in_whole_units() -> None:
    """Two accelerators each: a node with room for another has two left, never one."""
    assert any_order_fits(group_of(((10, 10, 2), 6, False)), {"p": 3})


def test_nothing_fits_on_no_nodes() -> None:
    assert not any_order_fits(group_of(((600, 100, 0), 1, True)), {"p": 0})


def test_no_pod_waits_where_it_is_proven() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def law(data: st.DataObject) -> None:
        guests = data.draw(
            st.lists(st.tuples(st.sampled_from(SIZES), st.integers(1, 6), st.booleans()), min_size=1, max_size=4)
        )
        group = group_of(*guests)
        proven = next((count for count in range(1, 21) if any_order_fits(group, {"p": count})), None)
        if proven is None:
            return
        seen["held" if any(even for _, _, even in guests) else "free"] += 1
        pods = [number for number, (_, pods, _) in enumerate(guests) for _ in range(pods)]
        arrive(guests, data.draw(st.permutations(pods)), proven, data)

    law()
    assert min(seen["held"], seen["free"]) >= 15, f"too little was proven: {seen}"


def arrive(
    guests: list[tuple[tuple[int, int, int], int, bool]], order: list[int], nodes: int, data: st.DataObject
) -> None:
    """Every pod goes to whatever open node the adversary likes: the fullest, the emptiest, or any."""
    left = [[ROOM[0], ROOM[1], ROOM[3]] for _ in range(nodes)]
    held = [Counter[int]() for _ in range(nodes)]
    taste = data.draw(st.integers(0, 2))
    for step, number in enumerate(order):
        needs, _, even = guests[number]
        least = min(count[number] for count in held)
        room = [
            at
            for at in range(nodes)
            if all(free >= need for free, need in zip(left[at], needs, strict=True))
            and (not even or held[at][number] == least)
        ]
        assert room, f"a pod of {needs} finds no node among {nodes}"
        room.sort(key=lambda at: sum(left[at]))
        chosen = room[(0, -1, step % len(room))[taste]]
        left[chosen] = [free - need for free, need in zip(left[chosen], needs, strict=True)]
        held[chosen][number] += 1
