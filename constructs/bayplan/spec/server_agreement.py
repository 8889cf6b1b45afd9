"""What a program that answers requests may not ask for at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.traits.autoscale import OWN
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.workloads.server import Server


def contradictions(workload: Server) -> Iterator[Wrong]:
    """Policies that exclude each other, each at the one that is easier to give up."""
    yield from _of_a_gang(workload)
    if workload.survives == "zone" and workload.storage and workload.storage.zone:
        fix = "Keep one of them: its pods run in the zone of the volume, and are lost with it."
        yield Wrong(what="who needs a volume of one zone cannot survive the loss of it", fix=fix, at="/survives")
    yield from _of_a_load(workload)
    yield from _of_parts(workload)
    each = bool(workload.storage and workload.storage.each)
    if each and (workload.load or 0 < workload.spot_percent < 100):
        word = "load" if workload.load else "spot"
        fix = f"Leave {word} or each out."
        yield Wrong(what=f"replicas with a volume each cannot be divided by {word}", fix=fix, at="/storage/each")
    sole = workload.storage and workload.storage.size and not (workload.storage.shared or each)
    if sole and (workload.replicas_max > 1 or workload.load):
        fix = (
            "Say replicas: 1, or each: true for a volume of their own, or shared: true with a class that many may use, "
            "or name a claim that they may."
        )
        yield Wrong(what="a volume that is made for it belongs to one replica", fix=fix, at="/storage/size")


def _of_a_gang(workload: Server) -> Iterator[Wrong]:
    if not workload.gang:
        return
    if workload.spread.zones == "must" and "spread" in workload.model_fields_set:
        fix = "Keep one of them: a gang stands in one zone."
        yield Wrong(what="a gang cannot be spread over zones", fix=fix, at="/spread/zones")
    if workload.survives == "zone":
        fix = "Keep one of them: a gang stands in one zone, and is lost with it."
        yield Wrong(what="a gang cannot survive the loss of a zone", fix=fix, at="/survives")
    if 0 < workload.spot_percent < 100:
        fix = "Say spot: 100% or leave it out: a gang runs whole or not at all."
        yield Wrong(what="a gang cannot run on spot in part", fix=fix, at="/spot")


def _of_parts(workload: Server) -> Iterator[Wrong]:
    """Two Deployments that follow the same number would both carry all of it."""
    autoscale = workload.autoscale
    if autoscale and autoscale.needs_keda and 0 < workload.spot_percent < 100:
        words = ", ".join(word for word in autoscale.follows if word not in OWN)
        fix = "Say spot: 100% or leave it out, or follow cpu and memory alone."
        yield Wrong(what=f"{words} cannot be followed by a part of the replicas that runs on spot", fix=fix, at="/spot")


def _of_a_load(workload: Server) -> Iterator[Wrong]:
    if workload.load is None:
        return
    others = {
        "replicas": "replicas" in workload.model_fields_set,
        "autoscale": workload.autoscale is not None,
        "accelerator": workload.accelerator is not None,
        "gang": bool(workload.gang),
        "may_wait": workload.waits,
        "spot": 0 < workload.spot_percent < 100,
    }
    for word, said in others.items():
        if said:
            what = f"{word} does not go with load, which decides kinds and numbers of replicas"
            yield Wrong(what=what, fix=f"Keep one of them: load or {word}.", at=f"/{word}")
