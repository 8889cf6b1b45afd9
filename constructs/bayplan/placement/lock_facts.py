"""What a lock repeats of the question: the fields of a record that differ from their default, by name."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bayplan.placement.demand import Demand
from bayplan.placement.evidence import Evidence
from bayplan.placement.pool import Pool
from bayplan.placement.problem import Problem

Facts = dict[str, Any]
"""Fields of a record by name, those that differ from their default."""
T = TypeVar("T")

ELSEWHERE = {
    Demand: ("workload", "pods_min", "pods_max", "surge", "zones", "hosts", "file", "line"),
    Pool: ("name", "zones", "taints", "nodes_min", "nodes_max", "resources", "region", "file", "line"),
    Problem: ("cluster", "scheduler", "demands", "pools", "file", "line"),
}
"""Fields that have an entry of their own, or say where something was written."""

ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Demand, Evidence, Pool, Problem)}


def facts(value: Demand | Pool | Problem) -> Facts:
    """The fields of a record that differ from their default, as plain data."""
    but = ELSEWHERE[type(value)]
    told = [
        field.name
        for field in fields(value)
        if field.name not in but and (field.default is MISSING or getattr(value, field.name) != field.default)
    ]
    # a quota that moves to another line is the same quota
    places = {"quotas": {"__all__": {"file", "line"}}} if isinstance(value, Problem) else None
    said: Facts = ADAPTERS[type(value)].dump_python(value, mode="json", include=set(told), exclude=places)
    return {name: said[name] for name in told}


def restore(kind: type[T], said: Facts, known: Facts) -> T:
    """A record from its facts and from what has an entry of its own; raises ValidationError for what is none."""
    restored: T = ADAPTERS[kind].validate_python({**said, **known})
    return restored
