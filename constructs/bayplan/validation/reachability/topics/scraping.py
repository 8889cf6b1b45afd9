"""Metrics: Prometheus comes to the pods that monitors and annotations name.

Source: <https://prometheus-operator.dev/docs/developer/getting-started/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.injection import is_injected
from bayplan.validation.monitoring.scrapes import POD_MONITOR, SERVICE_MONITOR
from bayplan.validation.reachability.calls import MERGED_METRICS_PORT, Call
from bayplan.validation.reachability.ends import stranger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.monitoring.scrapes import Scrape, Target
    from bayplan.validation.world import World

ANY_SCRAPER = stranger("Prometheus", None)


def scrapes(world: World) -> Iterator[Call]:
    """Every target of every scrape."""
    seen: set[tuple[int, int, int | None]] = set()
    for scrape in world.scrapes.all:
        for target in scrape.targets:
            key = (id(scrape.source), id(target.pod), target.port)
            if target.port is not None and key not in seen:
                seen.add(key)
                yield call(scrape, target, world)


def call(scrape: Scrape, target: Target, world: World) -> Call:
    """One Prometheus, or whoever it may be, and one port of one kind of pods."""
    known = tuple(stranger(str(one.manifest.ref), one.namespace or None, dict(one.labels)) for one in scrape.scrapers)
    marked = kind_of(scrape.source) not in (SERVICE_MONITOR, POD_MONITOR)
    ports = [("TCP", target.port or 0)]
    if marked and is_injected(target.pod, world):
        ports.append(("TCP", MERGED_METRICS_PORT))  # where the proxy serves the metrics of both, unless told otherwise
    return Call(
        sources=known or (ANY_SCRAPER,),
        targets=(world.reach.network.end(target.pod),),
        ports=tuple(ports),
        why=f"{scrape.source.ref} has it scraped",
        doubt=scrape.doubt if marked and not known else "",
        asks_anybody=not known,
    )
