"""Plain text in the mesh: refused, taken again, and who still speaks it."""

from __future__ import annotations

from tests.review.step import effects_between, told
from tests.review.test_traffic import HOME, web
from tests.review.test_traffic_ways import CALLER, SERVICE

FINDERS = ("traffic_mesh",)
OUTSIDE = HOME.replace("shop", "plain")
IN_MESH = HOME.replace("{name: shop}", "{name: shop, labels: {istio-injection: enabled}}")
DB = web("db", "app: db").replace("8080", "5432") + SERVICE
TREE = f"{IN_MESH}---\n{OUTSIDE}{DB}"


def peers(mode: str, namespace: str = "shop") -> str:
    """A PeerAuthentication for a namespace."""
    return f"""---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {{name: default, namespace: {namespace}}}
spec: {{mtls: {{mode: {mode}}}}}
"""


REFUSED, ACCEPTED = (
    "plain-text-refused PeerAuthentication shop/default",
    "plain-text-accepted PeerAuthentication shop/default",
)


def test_plain_text_is_refused_and_taken_again() -> None:
    assert told(TREE, TREE + peers("STRICT"), *FINDERS) == [f"{REFUSED} ATTENTION"]
    assert told(TREE + peers("STRICT"), TREE + peers("PERMISSIVE"), *FINDERS) == [f"{ACCEPTED} ATTENTION"]
    assert told(TREE + peers("STRICT"), TREE, *FINDERS) == [f"{ACCEPTED} ATTENTION?"]
    assert told(TREE, TREE + peers("PERMISSIVE"), *FINDERS) == []


def test_a_caller_outside_of_the_mesh_is_refused() -> None:
    caller = CALLER.replace("namespace: shop", "namespace: plain")
    (effect,) = effects_between(TREE + caller, TREE + caller + peers("STRICT"), *FINDERS)
    assert (effect.code, effect.weight.name) == ("plain-text-refused", "DANGER")
    assert "Deployment plain/web on TCP 5432 (the variable DB is db.shop:5432) calls without it" in effect.says


def test_a_policy_for_the_whole_mesh_is_about_all_pods_in_it() -> None:
    (effect,) = effects_between(TREE, TREE + peers("STRICT", "istio-system"), *FINDERS)
    assert effect.says == "makes Deployment shop/db take mutual TLS alone (before: mutual TLS and plain text)"


def test_pods_outside_of_the_mesh_take_what_they_took() -> None:
    plain = f"{HOME}{DB}"
    assert told(plain, plain + peers("STRICT"), *FINDERS) == []


def test_what_only_requests_show_is_told_as_it_is_written() -> None:
    def guard(path: str) -> str:
        return f"""---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: db, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: db}}}}
  rules: [{{to: [{{operation: {{paths: [{path}]}}}}]}}]
"""

    (effect,) = effects_between(TREE + guard("/a"), TREE + guard("/b"), *FINDERS)
    assert effect.code == "policy-changes"
    assert "/b" in effect.says
    assert told(TREE + guard("/a"), TREE + guard("/a"), *FINDERS) == []
