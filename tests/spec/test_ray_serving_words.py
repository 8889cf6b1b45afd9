"""What a model server on Ray Serve may say, and what is told where a word has no meaning there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.render.words import IMAGE

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

SERVED = f"""\
name: shop
team: web
workloads:
  - kind: ModelServer
    name: answers
    image: {IMAGE}
    serving: ray
    ray: {{app: "pictures.serve:app", deployment: Pictures}}
    port: 8000
    resources: {{cpu: "1", memory: 4Gi}}
"""
CALLED = "access: {callers: [answers]}"
OUTSIDE = "does not go with serving: ray: the pods of Ray stay out of the mesh"
REFUSED = {
    "no application": (SERVED.replace("    ray: ", "    env: "), ":7: nobody says what Ray Serve answers with"),
    "no Ray": (SERVED.replace("    serving: ray\n", ""), "nobody runs an application of Ray Serve Say serving: ray"),
    "no module": (
        SERVED.replace("pictures.serve:app", "pictures.serve"),
        ":8: app: 'pictures.serve' names no application Write",
    ),
    "command": (SERVED + "    command: [serve]\n", "command does not go with serving: ray: Ray starts its own"),
    "args": (SERVED + "    args: [a]\n", "args does not go with serving: ray: Ray starts its own"),
    "grpc": (SERVED + "    protocol: grpc\n", "protocol does not go with serving: ray"),
    "health": (SERVED + "    health: /well\n", "health does not go with serving: ray"),
    "expose": (SERVED + "    expose: {host: a.example.com}\n", f"expose {OUTSIDE}"),
    "slo": (SERVED + '    slo: {availability: "99%"}\n', f"slo {OUTSIDE}"),
    "spot": (SERVED + "    spot: 100%\n", "spot does not go with serving: ray: without its head all replicas are lost"),
    "survives": (SERVED + "    survives: node\n", "survives does not go with serving: ray: without its head"),
    "advise": (SERVED + "    advise: true\n", "advise does not go with serving: ray"),
    "spare": (SERVED + "    priority: spare\n", "priority does not go with serving: ray"),
    "may wait": (SERVED + "    may_wait: true\n", "may_wait does not go with serving: ray"),
    "surge": (SERVED + "    rollout: {surge: 2}\n", "rollout does not go with serving: ray: a second cluster"),
    "volume": (
        SERVED + "    replicas: 1\n    storage: {size: 10Gi, type: gp3}\n",
        "storage does not go with serving: ray: a second cluster stands beside",
    ),
    "metrics": (SERVED.replace("8000", "8080"), ":9: Ray itself listens on 8080 (metrics) Say port: 8000"),
    "workers": (SERVED.replace("8000", "10100"), ":9: Ray itself listens on 10100 (workers)"),
    "memory": (SERVED.replace("4Gi", "512Mi"), ":10: a replica has 512Mi, of which Ray itself takes most"),
    "head": (SERVED.replace("Pictures}", "Pictures, head: {memory: 1000Mi}}"), "the head has 1000Mi, of which Ray"),
    "version": (SERVED.replace("Pictures}", 'Pictures, version: "2.9"}'), "Ray 2.9 is older than 2.10"),
    "nothing": (SERVED + "    replicas: 0\n", "Ray Serve without replicas is never ready"),
    "cpu": (SERVED + "    autoscale: {min: 1, max: 2}\n", ":11: Ray Serve cannot follow cpu Say concurrency"),
    "requests": (
        SERVED + "    autoscale: {min: 1, max: 2, concurrency: 4, requests_per_second: 9}\n",
        ":11: Ray Serve cannot follow requests_per_second",
    ),
    "no operator": (SERVED, "answers needs kuberay, which runs it on Ray; cluster lab has none"),
}


@pytest.mark.parametrize(("said", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_word_without_meaning_there_is_told(repository: Repository, said: str, told: str) -> None:
    repository.write("apps/shop.yaml", said)
    found = repository.complaints()
    assert [complaint for complaint in found if told in complaint], found


def test_who_calls_needs_no_controller_that_counts(repository: Repository) -> None:
    """Ray Serve counts requests by itself: neither a mesh nor KEDA is asked for."""
    repository.write("apps/shop.yaml", SERVED + "    autoscale: {min: 1, max: 2, concurrency: 4}\n")
    assert not [one for one in repository.complaints() if "keda" in one or "istio" in one]


def test_who_is_outside_of_the_mesh_cannot_call_into_it(repository: Repository) -> None:
    repository.write("apps/shop.yaml", SERVED + f"  - {{kind: Service, name: store, image: {IMAGE!r}, {CALLED}}}\n")
    told = [one for one in repository.complaints() if "store refuses who has no identity" in one]
    assert [one.partition(" Remove it; ")[2] for one in told] == [
        "let who calls answers ask store, too, or say serving: plain for answers."
    ]
