"""Work that would begin anew is left in peace where Karpenter makes the nodes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.render.node_words import GENERAL, nodes_cluster
from tests.render.words import IMAGE, one, render

from bayplan import App, BatchJob, Service

APP = App(
    name="shop", team="web", workloads=(Service(name="web", image=IMAGE), BatchJob(name="count", image=IMAGE, parts=2))
)
MARK = "karpenter.sh/do-not-disrupt"


def marks(kind: str, **said: Any) -> bool:
    cluster = nodes_cluster(GENERAL | said, GENERAL | said | {"name": "arm"})
    metadata = one(render(APP, cluster=cluster)["lab/apps/shop"], kind)["spec"]["template"]["metadata"]
    return MARK in metadata.get("annotations", {})


@pytest.mark.parametrize(("kind", "is_marked"), [("Job", True), ("Deployment", False)])
def test_jobs_are_not_moved_and_servers_are(kind: str, is_marked: bool) -> None:
    assert marks(kind) is is_marked


def test_on_nodes_of_another_maker_nothing_is_said() -> None:
    assert not marks("Job", provisioner="terraform")
