"""The text of a rule is true: planted in a namespace of the lab, its defect does what the text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.defect import Scratch, deployment, reason, told

from bayplan.lab.api import Refused
from bayplan.lab.wait import NotYet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body


@pytest.fixture(scope="module")
def scratch(lab: Scene) -> Iterator[Scratch]:
    found = Scratch(lab)
    yield found
    found.close()


def service(namespace: str, name: str, selector: str, target: str) -> str:
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{selector: {{app.kubernetes.io/name: {selector}}}, ports: [{{name: http, port: 80, targetPort: {target}}}]}}
"""


def slices(scratch: Scratch, namespace: str, name: str) -> list[Body]:
    found = scratch.api.list(
        "discovery.k8s.io/v1", "EndpointSlice", namespace, labels=f"kubernetes.io/service-name={name}"
    )
    if not found:
        raise NotYet(f"no EndpointSlice of {name}")
    return found


def endpoints(scratch: Scratch, namespace: str, name: str) -> int:
    return sum(len(one["endpoints"] or ()) for one in slices(scratch, namespace, name))


def await_endpoints(scratch: Scratch, namespace: str, name: str, count: int) -> None:
    def there() -> None:
        if (found := endpoints(scratch, namespace, name)) != count:
            raise NotYet(f"{found} endpoints")

    scratch.scene.wait(f"{count} endpoints of {name}", there)


def test_net001_a_service_that_selects_no_pods_has_no_endpoints(scratch: Scratch, tmp_path: Path) -> None:
    home, other = scratch.open("try-net001"), scratch.open("try-net001-other")
    text = deployment(home, container=", ports: [{name: http, containerPort: 8080}]")
    text += service(home, "right", "web", "http")
    text += service(home, "renamed", "webb", "http") + service(other, "elsewhere", "web", "http")
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text}) == [
        "NET001 BROKEN Service try-net001-other/elsewhere",
        "NET001 BROKEN Service try-net001/renamed",
    ]
    scratch.plant(text)
    await_endpoints(scratch, home, "right", 2)
    assert endpoints(scratch, home, "renamed") == 0
    assert endpoints(scratch, other, "elsewhere") == 0


def test_net002_a_named_port_that_no_pod_has_is_no_port_and_a_number_is_not_looked_up(
    scratch: Scratch, tmp_path: Path
) -> None:
    home = scratch.open("try-net002")
    text = deployment(home, container=", ports: [{name: web, containerPort: 8080}]")
    text += service(home, "right", "web", "web")
    text += service(home, "named", "web", "http") + service(home, "number", "web", "9999")
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text}) == [
        "NET002 BROKEN Service try-net002/named",
        "NET002 UNKNOWN Service try-net002/number",
    ]
    scratch.plant(text)
    for name in ("right", "named", "number"):
        await_endpoints(scratch, home, name, 2)
    ports = {
        name: [port["port"] for one in slices(scratch, home, name) for port in one["ports"] or ()]
        for name in ("right", "named", "number")
    }
    assert ports == {"right": [8080], "named": [], "number": [9999]}


def test_ref001_without_its_account_a_deployment_stands_there_without_pods(scratch: Scratch, tmp_path: Path) -> None:
    home = scratch.open("try-ref001")
    text = deployment(home, pod=", serviceAccountName: webb")
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text}) == ["REF001 BROKEN Deployment try-ref001/web"]
    scratch.plant(text)

    def refused() -> tuple[str, str, str]:
        return reason(scratch.scene.get("apps/v1", "Deployment", "web", home), "ReplicaFailure")

    def event() -> str:
        said = [
            one["message"]
            for one in scratch.api.list("v1", "Event", home)
            if (one["involvedObject"]["kind"], one["reason"]) == ("ReplicaSet", "FailedCreate")
        ]
        if not said:
            raise NotYet("no event")
        return str(said[0])

    status, why, message = scratch.scene.wait("the Deployment to say why", refused)
    assert (status, why) == ("True", "FailedCreate")
    assert 'serviceaccount "webb" not found' in message
    assert 'serviceaccount "webb" not found' in scratch.scene.wait("the ReplicaSet's event", event)
    assert scratch.scene.pods(home) == []


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ("requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}", "must be equal to nvidia.com/gpu limit"),
        ("requests: {nvidia.com/gpu: 1}", "Limit must be set for non overcommitable resources"),
        ("limits: {nvidia.com/gpu: 500m}", "must be an integer"),
    ],
)
def test_gpu001_the_api_server_refuses_the_deployment_itself(
    scratch: Scratch, tmp_path: Path, resources: str, said: str
) -> None:
    home = scratch.open("try-gpu001")
    toleration = ", tolerations: [{key: nvidia.com/gpu, operator: Exists}]"
    text = deployment(home, container=f", resources: {{{resources}}}", pod=toleration)
    assert told(scratch.scene, tmp_path, {"apps/try/all.yaml": text}) == ["GPU001 BROKEN Deployment try-gpu001/web"]
    with pytest.raises(Refused, match=said):
        scratch.plant(text)
    scratch.plant(deployment(home, "right", container=", resources: {limits: {nvidia.com/gpu: 1}}", pod=toleration))
    kept = scratch.scene.get("apps/v1", "Deployment", "right", home)
    scratch.api.delete("apps/v1", "Deployment", "right", home)
    assert kept["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"] == {"nvidia.com/gpu": "1"}
