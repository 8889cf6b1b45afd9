"""What a kind of workload brings to its pods besides the words that all workloads have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.render.as_said import as_said

if TYPE_CHECKING:
    from bayplan.render.api_object import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Parts of pods, beside those of the workload's own words."""

    command: tuple[str, ...] = ()
    """Where the workload says none."""
    args: tuple[str, ...] = ()
    """Before the workload's own."""
    env: tuple[tuple[str, str], ...] = ()
    """Settings; the workload's own of the same name win."""
    env_from_pod: tuple[tuple[str, str], ...] = ()
    """Settings by the field of the pod that they are read from."""
    volumes: tuple[Body, ...] = ()
    mounts: tuple[Body, ...] = ()
    before: tuple[Body, ...] = ()
    """Containers that end before the program starts."""
    before_seconds: int = 0
    """How long all of that takes, at the most: images that are mounted included."""
    annotations: tuple[tuple[str, str], ...] = ()
    """Of the object that makes the pods, for people: a change restarts nothing."""
    outside_ports: tuple[int, ...] = ()
    """Ports on which something outside of the cluster is called."""


def settings(own: dict[str, str], brought: Brought) -> list[Body]:
    """Settings of a container, sorted by name."""
    kept = {name: as_said(value) for name, value in own.items()}
    values: Body = {name: {"value": value} for name, value in {**dict(brought.env), **kept}.items()}
    fields: Body = {
        name: {"valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in brought.env_from_pod if name not in own
    }
    return [{"name": name, **value} for name, value in sorted({**fields, **values}.items())]
