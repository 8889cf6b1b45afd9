"""Nodes that Karpenter opens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bayplan.placement.claims import claim

ROOM = (4000, 4000, 5, 2)


def test_a_node_is_opened_only_when_no_open_one_has_room() -> None:
    assert claim(ROOM, [((2400, 100, 1, 0), 3)]) == 3
    assert claim(ROOM, [((2000, 100, 1, 0), 3)]) == 2


def test_the_largest_come_first() -> None:
    """By name, the small ones would take the room of the large ones."""
    assert claim(ROOM, [((1000, 100, 1, 0), 4), ((3000, 100, 1, 0), 2)]) == 3
    assert claim(ROOM, [((1000, 100, 1, 0), 2), ((3000, 100, 1, 0), 2)]) == 2


def test_cpu_ranks_before_accelerators() -> None:
    """Pods that need all accelerators of a node find it full of larger ones that need none."""
    assert claim(ROOM, [((2000, 100, 1, 0), 2), ((100, 100, 1, 2), 1)]) == 2
    assert claim(ROOM, [((50, 100, 1, 0), 2), ((100, 100, 1, 2), 1)]) == 1


def test_the_node_with_the_fewest_pods_is_filled_first() -> None:
    """The fourth pod goes to the node with one, not to that with two, so the last one's memory is nowhere left."""
    runs = [((1500, 100, 1, 0), 3), ((900, 300, 1, 0), 1), ((850, 3850, 1, 0), 1)]
    assert claim(ROOM, runs) == 3


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.tuples(
            st.tuples(st.integers(1, 4000), st.integers(1, 4000), st.just(1), st.integers(0, 2)), st.integers(0, 6)
        ),
        max_size=5,
    )
)
def test_it_is_what_one_pod_at_a_time_gives(runs: list[tuple[tuple[int, int, int, int], int]]) -> None:
    pods = sorted((needs for needs, count in runs for _ in range(count)), key=lambda one: (-one[0], -one[1], one))
    nodes: list[tuple[int, list[int]]] = []
    for needs in pods:
        nodes.sort(key=lambda node: node[0])
        fits = [at for at, (_, left) in enumerate(nodes) if all(a >= b for a, b in zip(left, needs, strict=True))]
        if not fits:
            nodes.append((0, list(ROOM)))
        at = fits[0] if fits else -1
        held, left = nodes[at]
        nodes[at] = (held + 1, [a - b for a, b in zip(left, needs, strict=True)])
    assert claim(ROOM, runs) == len(nodes)


def test_of_nodes_with_as_many_pods_the_one_that_got_one_last_is_first() -> None:
    """What Karpenter v1.15.0 opened for these pods; by the age of the nodes it would be three."""
    runs = [
        ((1500, 4608, 1, 0), 3), ((1000, 4096, 1, 1), 3), ((750, 6144, 1, 0), 8), ((750, 2304, 1, 0), 3),
        ((500, 1024, 1, 0), 2), ((250, 256, 1, 0), 3),
    ]  # fmt: skip
    assert claim((7910, 29317, 58, 1), runs) == 4
