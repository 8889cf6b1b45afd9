"""Who has the last word on `replicas`, on the real API server: what effects of the topic ownership are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.test_server_agreement import api, prod

if TYPE_CHECKING:
    from bayplan.lab.api import Api, Body

__all__ = ["api", "prod"]
FLUX = "kustomize-controller"


def deployment(name: str, **spec: Any) -> Body:
    container = {"name": "web", "image": "registry.example.com/web:v1"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec
        | {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


@pytest.mark.parametrize(
    ("scaled_to", "is_corrected", "wanted"),
    [
        (None, False, 1),
        (5, False, 5),
        (5, True, 1),
        (3, False, 1),
    ],
    ids=["nobody else", "an autoscaler since", "an autoscaler, then Flux", "an autoscaler to the same number"],
)
def test_replicas_that_flux_gives_up(
    api: Api,
    scaled_to: int | None,
    is_corrected: bool,
    wanted: int,
) -> None:
    name = f"given-up-{scaled_to}-{is_corrected}".lower()
    api.apply(deployment(name, replicas=3), manager=FLUX)
    if scaled_to is not None:
        api.patch("apps/v1", "Deployment", name, "default", {"spec": {"replicas": scaled_to}}, sub="scale")
    if is_corrected:
        api.apply(deployment(name, replicas=3), manager=FLUX)
    assert api.apply(deployment(name), manager=FLUX)["spec"]["replicas"] == wanted
    api.delete("apps/v1", "Deployment", name, "default")


def test_replicas_that_flux_never_said_stay_until_it_does(api: Api) -> None:
    api.apply(deployment("silent"), manager=FLUX)
    api.patch("apps/v1", "Deployment", "silent", "default", {"spec": {"replicas": 5}}, sub="scale")
    assert api.apply(deployment("silent"), manager=FLUX)["spec"]["replicas"] == 5
    assert api.apply(deployment("silent", replicas=2), manager=FLUX)["spec"]["replicas"] == 2
    api.delete("apps/v1", "Deployment", "silent", "default")
