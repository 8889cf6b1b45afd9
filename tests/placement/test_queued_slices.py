"""Jobs that wait for slices: where their queue has some, the plan may seat them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.render.words import IMAGE, lab

from bayplan import Accelerator, App, BatchJob
from bayplan.placement.pose import pose
from bayplan.spec.cluster import Cluster, Nodes, Pool
from bayplan.spec.platform import Platform
from bayplan.spec.queueing.offer import offers

PROFILES = ("1g.5gb", "1g.10gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb")


def fleet(**guaranteed: int) -> Cluster:
    pools = (
        Pool(name="general", instance="m7i.2xlarge", zones=("a",), nodes=Nodes(max=9)),
        Pool(name="a100", instance="p4d.24xlarge", zones=("a",), nodes=Nodes(max=4), mig="auto"),
    )
    controllers = {"flux": "2.9", "kueue": "0.19"}
    return lab(pools=pools, controllers=controllers, queues={"web": {"guaranteed": guaranteed}})


@pytest.mark.parametrize("profile", PROFILES)
def test_the_plan_knows_the_layouts_in_which_a_queue_has_slices(profile: str) -> None:
    job = BatchJob(name="job", image=IMAGE, accelerator=Accelerator(slice=profile))
    apps = (App(name="shop", team="web", workloads=[job]),)
    cluster = fleet(**dict.fromkeys(PROFILES, 2))
    problem = pose(Platform(root=Path(), apps=apps, clusters=(cluster,)), cluster)
    (demand,) = problem.demands
    assert demand.queued
    assert set(demand.queued) <= {pool.name for pool in problem.pools}


def test_slices_are_guaranteed_where_a_node_has_most_of_them() -> None:
    cells = offers(fleet(**{"1g.5gb": 9, "2g.10gb": 3}), ()).shares["web"].cells
    given = {slot: cell.nominal for slot, cell in cells.items() if "mig" in slot[1] and cell.nominal}
    assert given == {("a100-all-1g.5gb", "nvidia.com/mig-1g.5gb"): 9} | {
        slot: 3 for slot in given if slot[1] == "nvidia.com/mig-2g.10gb" and "3x2g.10gb" in slot[0]
    }
