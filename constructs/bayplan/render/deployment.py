"""The Deployments of a workload: one, or one for each of its parts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.labels import selector
from bayplan.render.pod import pod_template
from bayplan.render.traits.rollout import strategy
from bayplan.spec.traits.autoscale import Autoscale

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place, Share
    from bayplan.spec.workloads.server import Server

ROLLOUT_MARGIN_SECONDS = 300
"""What a new replica may need besides starting: a node to be bought, an image to be fetched."""


def name_of(workload: Server, share: Share | None) -> str:
    """`chat`, or `chat-l4` for a part."""
    return f"{workload.name}-{share.part}" if share else workload.name


def autoscale_of(workload: Server, place: Place, share: Share | None) -> Autoscale | None:
    """Between how many replicas an autoscaler moves; None where their number is fixed."""
    if place.waits:
        return None
    if share is None:
        return workload.autoscale
    said = workload.load or workload.autoscale
    if said is None or share.replicas_min == share.replicas_max:
        return None
    cpu = said.cpu_share if isinstance(said, Autoscale) else said.cpu
    memory = said.memory if isinstance(said, Autoscale) else None
    # the autoscaler of a part starts from one: what has none cannot be measured
    return Autoscale(min=max(1, share.replicas_min), max=share.replicas_max, cpu=cpu, memory=memory)


def replicas_max(workload: Server, place: Place, share: Share | None) -> int:
    """Replicas at the highest load."""
    if place.waits:
        return 0
    return share.replicas_max if share else workload.replicas_max


def deployment(workload: Server, serving: Serving, place: Place, share: Share | None) -> Body:
    """The spec of a Deployment; who waits for room has no replicas, rather than pods that wait for ever.

    Flux would wait for such pods, too, and no other change of the app would come through.
    """
    part = share.part if share else ""
    if share:
        # what one replica of the part needs; the number of replicas is said by the share
        workload = workload.model_copy(update={"accelerator": share.accelerator, "load": None})
        place = replace(place, berth=share.berth)
    return {
        "replicas": _replicas(workload, place, share),
        "revisionHistoryLimit": 3,
        "progressDeadlineSeconds": start_seconds(workload, serving) + ROLLOUT_MARGIN_SECONDS,
        "selector": {"matchLabels": selector(workload.name, part)},
        "strategy": strategy(workload.rollout, takes_turns=workload.takes_turns),
        "template": pod_template(workload, serving, place, part),
    }


def start_seconds(workload: Server, serving: Serving) -> int:
    """How long a new replica takes on a machine that is there: what comes before the program, and the program."""
    return serving.bring(workload).before_seconds + serving.startup_seconds


def _replicas(workload: Server, place: Place, share: Share | None) -> int | None:
    """None where an autoscaler owns the number: Flux would set it back with every sync."""
    if place.waits:
        return 0
    if share:
        return share.replicas_max if share.replicas_min == share.replicas_max else None
    return None if workload.autoscale else workload.replicas
