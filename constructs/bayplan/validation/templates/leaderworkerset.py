"""LeaderWorkerSet: groups of one leader and its workers.

Source: <https://github.com/kubernetes-sigs/lws/blob/main/api/leaderworkerset/v1/leaderworkerset_types.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at
from bayplan.validation.templates.builtin import SET_LABELS, replicas
from bayplan.validation.templates.reading import each, number, templated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree

LWS = "leaderworkerset.sigs.k8s.io/"
LWS_LABELS = (
    *SET_LABELS,
    *(
        f"{LWS}{name}"
        for name in ("group-index", "group-key", "subgroup-index", "subgroup-key", "template-revision-hash")
    ),
)


def leader_worker_set(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """Leaders, which are made like workers where they have no template of their own, and workers."""
    where = ("spec", "leaderWorkerTemplate")
    parts = mapping_at(owner.body, *where)
    size = number(parts, "size")
    labels = {f"{LWS}name": owner.ref.name}
    leader = "leaderTemplate" if mapping_at(parts, "leaderTemplate") else "workerTemplate"
    yield templated(
        owner,
        *(*where, leader),
        labels=labels | {f"{LWS}worker-index": "0"},
        added=LWS_LABELS,
        count=replicas(owner),
        role="leader",
    )
    if size != 1:  # one template for both is judged twice, and what is found twice is told once
        workers = None if size is None else size - 1
        yield templated(
            owner,
            *(*where, "workerTemplate"),
            labels=labels,
            added=(*LWS_LABELS, f"{LWS}worker-index"),
            count=each(replicas(owner), workers),
            role="worker",
        )


MAKERS: dict[str, Maker] = {"LeaderWorkerSet.leaderworkerset.x-k8s.io": leader_worker_set}
