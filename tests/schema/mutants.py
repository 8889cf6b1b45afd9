"""Spoiled objects: each takes a good one and makes one of the mistakes that people make."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

GARBAGE: tuple[Any, ...] = ("", "x", -1, 0, 3.5, True, [], {}, [[]], {"x": 1}, "10", 10**12)


def good_objects() -> list[dict[str, Any]]:
    """Every object of objects.yaml."""
    return list(yaml.safe_load_all(Path(__file__).with_name("objects.yaml").read_text()))


def spoiled(seed: int, each: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """`each` mutants of every good object, with the mistake in words; the same for the same seed.

    apiVersion and kind are left alone: by them the schema is found.
    """
    for body in good_objects():
        dice = random.Random(f"{seed} {body['kind']}")  # noqa: S311 - nothing is kept secret with it
        for _ in range(each):
            yield _mutant(body, dice)


def _mutant(body: dict[str, Any], dice: random.Random) -> tuple[str, dict[str, Any]]:
    copy = deepcopy(body)
    places = [place for place in _places(copy) if place[1] not in {"apiVersion", "kind"} or place[0] is not copy]
    node, key = dice.choice(places)
    mistake = dice.choice(["typo", "type", "delete", "null", "stray", "garbage"])
    if isinstance(node, list) and mistake in {"typo", "stray"}:
        mistake = "garbage"
    match mistake:
        case "typo":
            node[f"{key[:-1]}X"] = node.pop(key)
        case "type":
            node[key] = json.dumps(node[key]) if not isinstance(node[key], str) else {"value": node[key]}
        case "delete":
            del node[key]
        case "null":
            node[key] = None
        case "stray":
            node["strayKey"] = "x"
        case "garbage":
            node[key] = dice.choice(GARBAGE)
    return f"{body['kind']}: {mistake} at {key}", copy


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every key and item, with what holds it."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])
