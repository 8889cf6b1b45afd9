"""What kube-apiserver adds to an object is no change to us, and another order in a template of pods is one to it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from tests.e2e.test_server_agreement import api, objects, prod
from tests.review.test_differences import WEB
from tests.review.test_differences_laws import parts

from bayplan.manifests.yaml import read

if TYPE_CHECKING:
    from bayplan.lab.api import Api

__all__ = ["api", "prod"]
CHOSEN = {
    ("Deployment", "spec.replicas"),
    ("Job", "metadata.labels"),
    ("Job", "spec.selector"),
    ("Job", "spec.template.metadata"),
    ("PersistentVolumeClaim", "metadata.finalizers"),
    ("Service", "spec.clusterIP"),
    ("Service", "spec.ipFamilies"),
}
"""What the server chooses, and the count of pods, of which it matters who writes it."""


def test_what_the_server_answers_is_what_it_was_given(api: Api) -> None:
    found = set()
    tried = 0
    for body in objects(api):
        tried += 1
        found |= {(body["kind"], one.path) for one in parts(body, api.apply(deepcopy(body), dry_run=True))}
    assert tried > 80
    assert found == CHOSEN


def test_another_order_in_a_template_is_another_generation(api: Api) -> None:
    body = read(WEB.encode(), file="web.yaml")[0].body
    body["metadata"]["namespace"] = "default"
    first = api.apply(deepcopy(body))["metadata"]["generation"]
    spec = body["spec"]["template"]["spec"]
    for kept in (spec["containers"][0]["env"], spec["containers"][0]["ports"], spec["volumes"], spec["tolerations"]):
        before = deepcopy(body)
        kept.reverse()
        first += 1
        assert api.apply(deepcopy(body))["metadata"]["generation"] == first
        assert [one.why for one in parts(before, body)] == ["only the order of its entries is another"]
    spec["dnsPolicy"], spec["hostNetwork"] = "ClusterFirst", False
    assert api.apply(deepcopy(body))["metadata"]["generation"] == first
    api.delete("apps/v1", "Deployment", "web", "default")
