"""What holds for whatever people ask for."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.platforms import fleets
from tests.render.words import lab, render

from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.origin import ORIGIN
from bayplan.manifests.ref import Ref
from bayplan.validation.finding import Status
from bayplan.validation.run import check

if TYPE_CHECKING:
    from bayplan.spec.app import App

CONTROLLERS = st.sampled_from([{"flux": "2.9"}, {"flux": "2.9", "istio": "1.31", "istio-cni": "1.31"}])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(apps=fleets(), controllers=CONTROLLERS, kubernetes=st.sampled_from(["1.34", "1.37"]))
def test_whatever_is_asked_for(apps: tuple[App, ...], controllers: dict[str, str], kubernetes: str) -> None:
    cluster = lab(controllers=controllers, kubernetes=kubernetes)
    made = render(*apps, cluster=cluster)
    bodies = [body for part in made.values() for body in part]
    refs = Counter(Ref.of(body) for body in bodies)
    assert max(refs.values()) == 1, "an object is there twice"
    assert all(body["metadata"]["annotations"][ORIGIN].partition("#L")[2] for body in bodies)
    assert "${" not in json.dumps(bodies)
    for path, part in made.items():
        if "/apps/" in path:
            _hold_together(part)
    manifests = tuple(
        Manifest(ref=Ref.of(body), body=body, file=f"{path}/{body['kind']}.{body['metadata']['name']}.yaml", line=1)
        for path, part in made.items()
        for body in part
    )
    found = check(Inventory(manifests=manifests), clusters=(cluster,))
    # nobody has planned here: there may be too few nodes for one replica each
    assert [one for one in found if one.status is not Status.UNKNOWN and one.rule != "DRN006"] == []


def _hold_together(bodies: list[dict[str, Any]]) -> None:
    named = {(body["kind"], body["metadata"]["name"]): body for body in bodies}
    pods = {
        name: body["spec"]["template"]["metadata"]["labels"]
        for (kind, name), body in named.items()
        if kind == "Deployment"
    }
    for (kind, name), body in named.items():
        if kind == "Service":
            wanted = body["spec"]["selector"].items()
            assert [pod for pod, labels in pods.items() if wanted <= labels.items()] == [name]
        if kind == "PodDisruptionBudget":
            assert body["spec"]["maxUnavailable"] == 1
        if kind == "Deployment":
            assert ("replicas" in body["spec"]) == (("HorizontalPodAutoscaler", name) not in named)
