"""Who may call whom before and after, by NetworkPolicies and the mesh."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.step import compared, effects_between, told
from tests.review.test_traffic import HOME, web

from bayplan.review.traffic import flows
from bayplan.review.traffic_ports import less
from bayplan.validation.reachability.ports import LAST, PROTOCOLS, Span, merged

FINDERS = ("traffic_callers",)
PODS = HOME + web("web") + web("db", "app: db") + web("cron", "app: cron")


def policy(rules: str, name: str = "db", selector: str = "matchLabels: {app: db}") -> str:
    """A NetworkPolicy."""
    return f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: shop}}
spec:
  podSelector: {{{selector}}}
{rules}
"""


WEB = "  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]"
BOTH = WEB.replace("}}}],", "}}}, {podSelector: {matchLabels: {app: cron}}}],")
ANY = "  ingress: [{}]"
BLOCK = "  ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]"


def opened(before: str, after: str) -> list[str]:
    """`+ shop/web -> shop/db TCP 5432`, `-` for what is closed."""
    found = [one for each in compared(PODS + before, PODS + after) for one in flows(each)]
    return [f"{'+' if one.after else '-'} {one.source} -> {one.target} {one.ports}" for one in found]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", policy(WEB), ["- everybody -> shop/db every port"]),
        (policy(WEB), policy(WEB), []),
        (policy(WEB), policy(BOTH), ["+ shop/cron -> shop/db TCP 5432"]),
        (policy(BOTH), policy(WEB), ["- shop/cron -> shop/db TCP 5432"]),
        (policy(WEB), policy(ANY), ["+ everybody -> shop/db every port"]),
        (policy(WEB), "", ["+ everybody -> shop/db every port"]),
        (
            policy(WEB),
            policy(BLOCK),
            ["+ addresses 192.0.2.0/24 -> shop/db every port", "- shop/web -> shop/db TCP 5432"],
        ),
        ("", policy("  policyTypes: [Egress]"), ["- shop/db -> everybody every port"]),
        (
            policy("  policyTypes: [Egress]"),
            policy(
                "  policyTypes: [Egress]\n  egress: [{to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 443}]}]"
            ),
            ["+ shop/db -> addresses 192.0.2.1/32 TCP 443"],
        ),
    ],
)
def test_ways_that_open_and_close(before: str, after: str, wanted: list[str]) -> None:
    assert sorted(opened(before, after)) == wanted


def test_labels_open_and_close_ways() -> None:
    relabelled = HOME + web("web", "app: wbe") + web("db", "app: db") + web("cron", "app: cron") + policy(BOTH)
    (comparison,) = compared(PODS + policy(BOTH), relabelled)
    assert [(one.source, one.target, one.after) for one in flows(comparison)] == [("shop/web", "shop/db", False)]


def test_nothing_is_compared_where_no_policy_has_changed() -> None:
    assert opened("", "") == []
    assert opened(policy(WEB), policy(WEB).replace("metadata: {", "metadata: {labels: {a: b}, ")) == []


CALLER = web("web", more=', env: [{name: DB, value: "postgres://db.shop:5432/"}]')
SERVICE = """---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 5432}]}
"""
KNOWN = HOME + CALLER + web("db", "app: db").replace("8080", "5432") + SERVICE


def test_a_known_caller_is_shut_out() -> None:
    other = policy(WEB.replace("app: web", "app: cron"))
    before, after = KNOWN + policy(WEB), KNOWN + other
    assert told(before, after, *FINDERS) == ["caller-shut-out Deployment shop/db DANGER"]
    (effect,) = effects_between(before, after, *FINDERS)
    assert effect.says.startswith(
        "is reached no more by Deployment shop/web on TCP 5432 (the variable DB is db.shop:5432)"
    )
    assert effect.why == "NetworkPolicy shop/db"
    assert told(KNOWN, KNOWN + other, *FINDERS) == [
        "caller-shut-out Deployment shop/db DANGER",
        "callers-kept-out Deployment shop/db NOTE",
    ]


def test_a_policy_that_knows_its_callers_is_no_danger() -> None:
    assert told(KNOWN, KNOWN + policy(WEB), *FINDERS) == ["callers-kept-out Deployment shop/db NOTE"]


MESH = KNOWN.replace("metadata: {name: shop}", "metadata: {name: shop, labels: {istio-injection: enabled}}")


def guard(source: str) -> str:
    """An AuthorizationPolicy."""
    return f"""---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: db, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: db}}}}
  rules: [{{from: [{{source: {{principals: ["cluster.local/ns/shop/sa/{source}"]}}}}]}}]
"""


def test_the_mesh_shuts_a_known_caller_out() -> None:
    assert "caller-shut-out Deployment shop/db DANGER" in told(MESH, MESH + guard("other"), *FINDERS)
    assert told(MESH, MESH + guard("default"), *FINDERS) == ["callers-kept-out Deployment shop/db NOTE"]
    assert "callers-let-in Deployment shop/db ATTENTION" in told(MESH + guard("other"), MESH, *FINDERS)


SPANS = st.lists(
    st.builds(lambda p, a, b: Span(p, min(a, b), max(a, b)), st.sampled_from(PROTOCOLS), *[st.integers(1, LAST)] * 2),
    max_size=4,
).map(merged)


@given(SPANS, SPANS)
def test_what_is_taken_away_is_not_there_and_all_else_is(one: list[Span], two: list[Span]) -> None:
    left = less(merged(one), merged(two))
    assert not left & merged(two)
    assert left | (merged(one) & merged(two)) == merged(one)


RULES = ("", policy(WEB), policy(BOTH), policy(ANY), policy(BLOCK), policy("  policyTypes: [Ingress, Egress]"))


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(RULES), st.sampled_from(RULES))
def test_the_way_back_opens_what_the_way_there_closes(before: str, after: str) -> None:
    turned = str.maketrans("+-", "-+")
    there, back = opened(before, after), opened(after, before)
    assert sorted(one[0].translate(turned) + one[1:] for one in there) == sorted(back)
