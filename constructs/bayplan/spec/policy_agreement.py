"""Policies between workloads, and between workloads and clusters: who is named exists, and nobody contradicts."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.peer import full_name
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.source import Place
    from bayplan.spec.workloads.workload import Workload

    Peers = Mapping[str, tuple[Workload, Mapping[str, Place]]]
    """By full name: the workload, and for each that it names as `near` the place where it does."""


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Everything in which policies contradict each other; asked only where all files could be read."""
    yield from _unknown(apps)
    peers: Peers = {
        f"{app.name}/{workload.name}": (
            workload,
            {
                full_name(app.name, name): source.place(f"/workloads/{number}/near/{position}")
                for position, name in enumerate(workload.near)
            },
        )
        for app, source in apps
        for number, workload in enumerate(app.workloads)
    }
    for name, (workload, near) in peers.items():
        for other, place in near.items():
            if other in peers:
                yield from _near(name, workload, other, peers, place)
    yield from _circles(peers)
    yield from _teams(apps, clusters)


def _unknown(apps: Apps) -> Iterator[Complaint]:
    known = sorted(f"{app.name}/{workload.name}" for app, _ in apps for workload in app.workloads)
    for app, source in apps:
        for number, workload in enumerate(app.workloads):
            for word, names in (("near", workload.near), ("apart", workload.apart)):
                for position, said in enumerate(names):
                    name = full_name(app.name, said)
                    if name not in known:
                        close = [n.removeprefix(f"{app.name}/") for n in get_close_matches(name, known, n=1)]
                        fix = f'Did you mean "{close[0]}"?' if close else f"There are {', '.join(known)}."
                        place = source.place(f"/workloads/{number}/{word}/{position}")
                        yield place.complain(f"{word}: no workload is called '{said}'", fix)


def _near(name: str, workload: Workload, other: str, peers: Peers, place: Place) -> Iterator[Complaint]:
    """Two that run in the same pool must both be able to."""
    there = peers[other][0]
    if other in _named(name, workload) or name in _named(other, there):
        what = f"{name} must run near {other} and apart from it"
        yield place.complain(what, "Remove it from near or from apart.")
    for one, asked in ((name, workload), (other, there)):
        loaded = isinstance(asked, Server) and asked.load is not None
        if loaded or 0 < asked.spot_percent < 100:
            word = "load" if loaded else "spot"
            what = f"{name} must run near {other}, but {word} divides {one} among pools"
            yield place.complain(what, f"Remove it from near, or {word} from {one}.")


def _named(name: str, workload: Workload) -> set[str]:
    """Those that it must be apart from."""
    return {full_name(name.partition("/")[0], said) for said in workload.apart}


def _circles(peers: Peers) -> Iterator[Complaint]:
    """Each circle once, at the workload that is first by name."""
    for first in sorted(peers):
        path, seen = [first], {first}
        while path:
            following = [other for other in peers[path[-1]][1] if other in peers]
            if first in following:
                circle = ", which is near ".join([*path[1:], first])
                place = peers[path[-1]][1][first]
                if first == min(path):
                    yield place.complain(f"{first} is near {circle}: a circle", "Say it in one direction.")
                break
            fresh = [other for other in following if other not in seen]
            if fresh:
                seen.add(fresh[0])
                path.append(fresh[0])
            else:
                path.pop()


def _teams(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    known = sorted({app.team for app, _ in apps})
    for cluster, source in clusters:
        for team in cluster.quotas:
            if team not in known:
                close = get_close_matches(team, known, n=1)
                fix = f'Did you mean "{close[0]}"?' if close else f"There are {', '.join(known) or 'none'}."
                yield source.place(f"/quotas/{team}").complain(f"no app is of a team called '{team}'", fix)
