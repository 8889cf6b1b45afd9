"""Laws of what is told: another spelling of an object says nothing, another value is always told, where it stands."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.schema.mutants import good_objects

from bayplan.manifests.pointer import step
from bayplan.manifests.read import read_tree
from bayplan.review.differences import parts_of
from bayplan.review.values.defaults import defaults_of
from bayplan.review.values.settle import SERVERS_OWN
from bayplan.review.values.shape import UNKNOWN, Shape, shape_of
from bayplan.validation.schema.tree import TreeCrds
from bayplan.validation.verdicts import NEWEST

if TYPE_CHECKING:
    import random

    from bayplan.review.review import Part

Body = dict[str, Any]
ROOT = Path(__file__).parents[2]
MORE = ROOT / "tests" / "e2e" / "mutation_objects.yaml"


@cache
def objects() -> tuple[Body, ...]:
    found = [one.body for name in ("prod", "lab") for one in read_tree(ROOT / "dist" / name).inventory.manifests]
    found += [*good_objects(), *yaml.safe_load_all(MORE.read_text())]
    return tuple(one for one in found if "metadata" in one and known(one) is not UNKNOWN)


def known(body: Body) -> Shape:
    return shape_of(body, NEWEST, TreeCrds(()))


def parts(before: Body, after: Body) -> list[Part]:
    return [*parts_of(before, after, (known(before), known(after)))]


def spelled(value: Any, shape: Shape, dice: random.Random, *, in_pods: bool = False) -> Any:
    """The same, said otherwise: keys and keyed lists in another order, defaults written out or not."""
    inside = in_pods or shape.makes_pods
    if isinstance(value, dict):
        said = {key: spelled(item, shape.field(key), dice, in_pods=inside) for key, item in value.items()}
        if shape.is_built_in:
            fixed = {key: item for key, item in defaults_of(shape.short, said).items() if item not in (None, {})}
            said |= {key: item for key, item in fixed.items() if key not in said and dice.random() < 0.5}
        keys = [*said]
        dice.shuffle(keys)
        return {key: said[key] for key in keys}
    if isinstance(value, list):
        entries = [spelled(item, shape.entries, dice, in_pods=inside) for item in value]
        if (shape.keys or shape.is_set) and not inside:
            dice.shuffle(entries)
        return entries
    return value


def leaves(value: Any, pointer: str = "", key: str = "") -> list[tuple[str, Any]]:
    """Every value that somebody decides."""
    if isinstance(value, dict):
        left = {"status", "bayplan.dev/origin", "apiVersion", "kind", *SERVERS_OWN}
        return [
            one for name, item in value.items() if name not in left for one in leaves(item, step(pointer, name), name)
        ]
    if isinstance(value, list):
        return [one for index, item in enumerate(value) for one in leaves(item, step(pointer, index), key)]
    return [(pointer, value)]


def put(body: Body, pointer: str, value: Any) -> None:
    *way, last = [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]
    place: Any = body
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[int(last) if isinstance(place, list) else last] = value


def resolves(body: Body, pointer: str) -> bool:
    place: Any = body
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        elif isinstance(place, dict) and name in place:
            place = place[name]
        else:
            return False
    return True


def other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    return value + 7 if isinstance(value, int | float) else f"{value}7"


@given(st.randoms(use_true_random=False))
def test_another_spelling_says_nothing(dice: random.Random) -> None:
    body = dice.choice(objects())
    assert parts(body, spelled(deepcopy(body), known(body), dice)) == []


@given(st.randoms(use_true_random=False))
def test_another_value_is_told_where_it_stands(dice: random.Random) -> None:
    body = dice.choice(objects())
    after = spelled(deepcopy(body), known(body), dice)
    places = [one for one in leaves(after) if one[1] is not None]
    pointer, value = dice.choice(places)
    before = deepcopy(after)
    put(after, pointer, other(value))
    found = parts(before, after)
    assert found, f"{body['kind']} {pointer} {value!r}"
    for one in found:
        assert resolves(after, one.pointer) or (resolves(before, one.pointer) and not one.after), one
    assert any(pointer.startswith(one.pointer) or one.pointer.startswith(pointer.rpartition("/")[0]) for one in found)


@given(st.randoms(use_true_random=False))
def test_what_is_told_of_a_step_back_is_the_same_the_other_way_round(dice: random.Random) -> None:
    body = dice.choice(objects())
    after = deepcopy(body)
    for pointer, value in dice.sample(leaves(after), k=min(3, len(leaves(after)))):
        put(after, pointer, other(value) if value is not None else "x")
    there, back = parts(body, after), parts(after, body)
    assert bool(there) == bool(back)
    assert sorted((one.before, one.after) for one in there) == sorted((one.after, one.before) for one in back)
