"""What bayplan.render.flux.health says of each kind is what the real kustomize-controller does."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import KUSTOMIZE, describe, fetch, request, why
from bayplan.lab.wait import NotYet
from bayplan.manifests.writer import write
from bayplan.render.flux.health import HEALTH, health_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

LABELS = {"app": "probe"}
PORT = {"number": 80, "name": "http", "protocol": "HTTP"}
ISTIO: dict[str, Body] = {
    "networking.istio.io/DestinationRule": {"host": "probe.default.svc.cluster.local"},
    "networking.istio.io/Gateway": {"selector": LABELS, "servers": [{"port": PORT, "hosts": ["a.example.com"]}]},
    "networking.istio.io/ServiceEntry": {"hosts": ["a.example.com"], "ports": [PORT], "resolution": "DNS"},
    "networking.istio.io/VirtualService": {
        "hosts": ["a.example.com"],
        "http": [{"route": [{"destination": {"host": "probe"}}]}],
    },
    "security.istio.io/AuthorizationPolicy": {"action": "ALLOW"},
    "security.istio.io/PeerAuthentication": {"mtls": {"mode": "STRICT"}},
    "security.istio.io/RequestAuthentication": {"jwtRules": [{"issuer": "https://a.example.com"}]},
}


GATEWAY = "networking.istio.io/Gateway"


def error(generation: int | str) -> Body:
    """What istiod's analysers write: numbers of 64 bits are texts in its JSON."""
    message = {"level": "ERROR", "type": {"code": "IST0101", "name": "ReferencedResourceNotFound"}}
    return {"observedGeneration": str(generation), "validationMessages": [message]}


def istio(kind: str, name: str = "probe") -> Body:
    group, _, word = kind.partition("/")
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": f"{group}/v1", "kind": word, "metadata": metadata, "spec": ISTIO[kind]}


WITHOUT, HEALTHY = istio(GATEWAY, "without"), istio(GATEWAY, "healthy")
OBJECTS = [*(istio(kind) for kind in ISTIO), WITHOUT, HEALTHY]


def probe(body: Body) -> tuple[str, str, str, str]:
    """The Kustomization of an object."""
    return (KUSTOMIZE, "Kustomization", f"probe-{OBJECTS.index(body)}", "flux-system")


@contextmanager
def probing(scene: Scene, body: Body, *, status: Body | None = None, **spec: Any) -> Iterator[None]:
    """A Kustomization of one object, with the expressions that bayplan renders for it; gone afterwards.

    `status` is written before Flux looks: what another has written is not Flux's to take away.
    """
    api = scene.api
    path = push(scene, body)
    if status:
        api.apply(body)
        api.patch(*about(body), {"status": status}, sub="status")
    checks = health_checks([body])
    wanted = {
        "sourceRef": {"kind": "GitRepository", "name": "bayplan"},
        "path": f"./{path}",
        "interval": "1h",
        "retryInterval": "1h",
        "timeout": "30s",  # the least: Flux takes what is shorter for this
        "prune": True,
        "wait": True,
        **({"healthCheckExprs": checks} if checks else {}),
        **spec,
    }
    metadata = {"name": probe(body)[2], "namespace": "flux-system"}
    api.apply({"apiVersion": KUSTOMIZE, "kind": "Kustomization", "metadata": metadata, "spec": wanted})
    try:
        yield
    finally:
        api.delete(*probe(body))
        scene.wait("the probe to go", lambda: gone(scene, body))


def push(scene: Scene, body: Body) -> str:
    """The folder of an object in the lab's repository; every object that is probed comes with the first commit.

    A commit has Flux look at everything: one for all keeps these scenarios short. No Kustomization of dist/ sees these.
    """
    root = scene.session.checkout.path / "probe"
    if not root.exists():
        for number, one in enumerate(OBJECTS):
            (root / str(number)).mkdir(parents=True)
            (root / str(number) / "probe.yaml").write_text(write(one))
        fetch(scene.api, scene.session.checkout.push("Probes"))
        scene.settle()
    return f"probe/{OBJECTS.index(body)}"


def about(body: Body) -> tuple[str, str, str, str]:
    return body["apiVersion"], body["kind"], body["metadata"]["name"], body["metadata"]["namespace"]


def gone(scene: Scene, body: Body) -> None:
    left = [one[1] for one in (probe(body), about(body)) if scene.api.get(*one)]
    if left:
        raise NotYet(f"{', '.join(left)} still there")


def await_ready(scene: Scene, body: Body, status: str, *words: str) -> None:
    """Wait until its Kustomization's Ready is so, with these words in its message."""

    def there() -> None:
        one = scene.get(*probe(body))
        if condition(one, "Ready") != status or not all(word in why(one) for word in words):
            raise NotYet(describe(one))

    scene.wait(f"{probe(body)[2]} to be Ready={status}", there)


def await_checking(scene: Scene, body: Body) -> None:
    """Wait until an object is applied and its health is waited for."""

    def there() -> None:
        one = scene.get(*probe(body))
        if condition(one, "Healthy") != "Unknown" or condition(one, "Reconciling") != "True":
            raise NotYet(describe(one))

    scene.wait(f"the health of {probe(body)[2]} to be waited for", there)


def test_every_expression_for_istio_is_tried() -> None:
    """Those of other controllers are judged by what the controllers write: tests/render/test_health_of_jobs.py."""
    kinds = {f"{group}/{kind}" for (group, kind), health in HEALTH.items() if health.expression}
    assert {kind for kind in kinds if ".istio.io/" in kind} == set(ISTIO)


@pytest.fixture(scope="module")
def waiting(lab: Scene) -> Iterator[None]:
    """All that Flux waits for in vain, at once: it gives up after 30 seconds at the earliest."""
    with ExitStack() as probes:
        for kind in ISTIO:
            probes.enter_context(probing(lab, istio(kind), status=error(1)))
        probes.enter_context(probing(lab, WITHOUT, status={"observedGeneration": "1"}, healthCheckExprs=[]))
        for kind in ISTIO:
            await_checking(lab, istio(kind))
        yield


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("kind", ISTIO)
def test_what_istiod_calls_an_error_is_waited_for_then_failed_and_named_and_recovers(lab: Scene, kind: str) -> None:
    body = istio(kind)
    await_ready(lab, body, "False", "timeout waiting for", f"{body['kind']}/default/probe", "InProgress")
    lab.api.patch(*about(body), {"status": {"validationMessages": None}}, sub="status")
    request(lab.api, *probe(body)[:3])
    await_ready(lab, body, "True")


@pytest.mark.usefixtures("waiting")
def test_without_an_expression_a_status_of_istiod_is_never_ready(lab: Scene) -> None:
    """The reason for the expressions: kstatus takes observedGeneration for a number only."""
    await_ready(lab, WITHOUT, "False", "Gateway/default/without", "Unknown")


@pytest.mark.parametrize(
    "status", [None, {"observedGeneration": "1"}, error("0")], ids=["none", "written", "of-an-older-version"]
)
def test_a_healthy_gateway_is_ready_whoever_writes_its_status(lab: Scene, status: Body | None) -> None:
    """None: no istiod runs, or one that does not analyse."""
    with probing(lab, HEALTHY, status=status):
        await_ready(lab, HEALTHY, "True")
