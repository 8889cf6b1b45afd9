"""Accelerators that a pod claims, in place of a number of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import app_labels
from bayplan.spec.claims import DOMAIN, DRIVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Berth, Place
    from bayplan.spec.claims import Claim

NAME = "accelerators"
"""Of the claim in its pod, and of what it requests."""
API = "resource.k8s.io/v1"


class ClaimTemplates(Part):
    """A ResourceClaimTemplate for each claim that pods of an app make; pods with the same claim share it.

    Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#resourceclaims-templates>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "ClaimTemplates",  # noqa: A002 - as all constructs name it
        *,
        places: Iterable[Place],
        origin: str = "",
    ) -> None:
        found = {claim.name: (place, claim) for place in places for claim in claims_of(place)}
        bodies = [
            {
                "apiVersion": API,
                "kind": "ResourceClaimTemplate",
                "metadata": {
                    "name": name,
                    "namespace": place.site.app,
                    "labels": app_labels(place.site.app, place.site.team),
                },
                "spec": {"spec": {"devices": {"requests": [_request(claim)]}}},
            }
            for name, (place, claim) in sorted(found.items())
        ]
        super().__init__(scope, id, bodies=bodies, origin=origin)


def claims_of(place: Place) -> list[Claim]:
    """What pods of a workload claim, as a whole or in parts."""
    berths = [share.berth for share in place.shares] or [place.berth]
    return [berth.claim for berth in berths if berth.claim]


def claimed(berth: Berth, containers: list[Body]) -> Body:
    """The containers of a pod that claims, and the claim: what would be counted by name is not asked for twice."""
    if berth.claim is None:
        return {"containers": containers}
    return {
        "containers": [_with_claim(one, berth.resource) for one in containers],
        "resourceClaims": [{"name": NAME, "resourceClaimTemplateName": berth.claim.name}],
    }


def _with_claim(container: Body, resource: str) -> Body:
    asked: Body = container["resources"]
    if resource not in asked.get("limits", {}):
        return container
    kept = {part: {name: much for name, much in said.items() if name != resource} for part, said in asked.items()}
    return {**container, "resources": {**kept, "claims": [{"name": NAME}]}}


def _request(claim: Claim) -> Body:
    if len(claim.classes) == 1:
        return {"name": NAME, "exactly": _devices(claim, claim.classes[0])}
    several = [
        {"name": one.removesuffix(f".{DOMAIN}").replace(".", "-"), **_devices(claim, one)} for one in claim.classes
    ]
    return {"name": NAME, "firstAvailable": several}


def _devices(claim: Claim, device_class: str) -> Body:
    least = f"device.capacity['{DRIVER}'].memory.compareTo(quantity('{claim.memory_mib}Mi')) >= 0"
    return {
        "deviceClassName": device_class,
        "allocationMode": "ExactCount",
        "count": claim.count,
        "selectors": [{"cel": {"expression": least}}] if claim.memory_mib else None,
    }
