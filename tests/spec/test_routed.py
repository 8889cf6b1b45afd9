"""Routed models: what their router needs of cluster and app is told, with its line and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spec.test_models import SERVED, write

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

HOST = "\n    expose: {host: chat.example.com}"
ROUTED = SERVED.replace("16}", "2, routed: true}") + HOST
READY = 'gateway-api: "1.6", gateway-api-inference-extension: "1.6"'
NEXT = (
    "\n  - {kind: ModelServer, name: next, image: r.example.com/a:1, model: 'llama:3.1-8b', accelerator: {model: l4},"
    " llm: {context: 8192, requests: 2, routed: true}, expose: {host: next.example.com}}"
)
CONTRADICTIONS = {
    "canary": (
        ROUTED + "\n    canary: {to: next, share: 10%}",
        ":13: canary shares requests out by a number, and routed",
    ),
    "spot": (ROUTED + "\n    spot: 50%", ":13: spot makes two Deployments, and routed by how busy each replica is"),
    "canary of another": (
        SERVED.replace("16}", "2}") + "\n    canary: {to: next, share: 10%}" + NEXT,
        ":12: next is routed, and its share would come past its router",
    ),
    "image of nobody": (
        SERVED.replace("16}", "2, routed_by: r.example.com/epp:1}"),
        ":10: routed_by without routed Say routed: true, or remove it.",
    ),
    "image of KServe": (
        SERVED.replace("16}", "2, routed: true, routed_by: r.example.com/epp:1}")
        + "\n    serving: kserve\n    port: 8000",
        ":10: routed_by with KServe's own router",
    ),
    "prefill": (
        SERVED.replace("16}", "2, prefill: {replicas: 1}}"),
        ":10: prefill takes KServe's router, which tells those that write where a prompt was read Say serving: kserve",
    ),
}


@pytest.mark.parametrize(("said", "told"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_what_contradicts_it_is_told(repository: Repository, said: str, told: str) -> None:
    write(repository, said)
    assert [complaint for complaint in repository.complaints() if told in complaint], repository.complaints()


@pytest.mark.parametrize(
    ("controllers", "told"),
    [
        ('istio: "1.31"', "answers needs gateway-api, by which its requests are routed"),
        ('istio: "1.31", gateway-api: "1.6"', "answers needs gateway-api-inference-extension, whose InferencePool"),
        (f'istio: "1.27", {READY}', "istio 1.27 of cluster lab does not know inference.networking.k8s.io/v1"),
        (READY, "answers needs istio, whose gateway asks its router"),
    ],
)
def test_what_the_cluster_lacks_is_told(repository: Repository, controllers: str, told: str) -> None:
    repository.change_cluster('istio: "1.31"', controllers)
    write(repository, ROUTED)
    assert [complaint for complaint in repository.complaints() if told in complaint], repository.complaints()


def test_a_name_has_room_for_that_of_its_router(repository: Repository) -> None:
    write(repository, ROUTED)
    file = repository.root / "apps/chat.yaml"
    file.write_text(file.read_text().replace("name: answers", f"name: {'a' * 34}"))
    assert [told for told in repository.complaints() if "has 34 characters, and its router's name is longer" in told]


def test_a_host_leads_to_one_gateway(repository: Repository) -> None:
    repository.change_cluster('istio: "1.31"', f'istio: "1.31", {READY}')
    other = (
        "\n  - {kind: Service, name: help, image: r.example.com/a:1, expose: {host: chat.example.com, paths: [/help]}}"
    )
    write(repository, ROUTED + other)
    [told] = repository.complaints()
    assert "chat/answers is routed, and chat/help answers under chat.example.com, too" in told
