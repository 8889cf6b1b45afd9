"""The arithmetic of budgets against a slow reading of the disruption controller's own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bayplan.validation.budget import evictions_allowed, scaled
from bayplan.validation.example import findings_in

counts = st.integers(0, 60)
amounts = st.one_of(st.integers(0, 60), st.integers(0, 100).map(lambda share: f"{share}%"))


def rounded_up(amount: int | str, pods: int) -> int:
    """The least whole number that is not below the share: found by counting, without arithmetic of fractions."""
    if isinstance(amount, int):
        return amount
    share = int(amount.removesuffix("%"))
    return next(number for number in range(pods + 1) if number * 100 >= share * pods)


def evicted_one_by_one(pods: int, healthy_at_least: int) -> int:
    """Evict while the controller would let go: the healthy left must not fall below what is desired."""
    gone = 0
    while pods - gone > 0 and pods - gone - 1 >= healthy_at_least:
        gone += 1
    return gone


@given(counts, amounts)
def test_min_available_is_what_evicting_one_by_one_gives(pods: int, amount: int | str) -> None:
    expected = evicted_one_by_one(pods, rounded_up(amount, pods))
    assert evictions_allowed(pods, min_available=amount, max_unavailable=None) == expected


@given(counts, amounts)
def test_max_unavailable_is_what_evicting_one_by_one_gives(pods: int, amount: int | str) -> None:
    desired = max(0, pods - rounded_up(amount, pods))
    expected = evicted_one_by_one(pods, desired)
    assert evictions_allowed(pods, min_available=None, max_unavailable=amount) == expected


def test_what_is_no_share_cannot_be_read() -> None:
    assert scaled("half", 4) is None
    assert evictions_allowed(4, min_available="50", max_unavailable=None) is None


@given(st.integers(1, 40), st.integers(1, 40), amounts)
def test_the_rule_speaks_exactly_when_nothing_may_go(first: int, second: int, amount: int | str) -> None:
    found = findings_in(budget_over(f"minAvailable: {amount}", first, second))
    blocked = evicted_one_by_one(first + second, rounded_up(amount, first + second)) == 0
    assert [one.rule for one in found] == (["DRN001"] if blocked else [])


def test_a_workload_that_is_switched_off_blocks_nothing() -> None:
    assert findings_in(budget_over("minAvailable: 1", 0, 0)) == []


def budget_over(field: str, *replicas: int) -> str:
    """One budget over Deployments of so many replicas each."""
    workloads = [
        f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{index}, namespace: web}}
spec:
  replicas: {number}
  selector: {{matchLabels: {{app: web, number: "{index}"}}}}
  template:
    metadata: {{labels: {{app: web, number: "{index}"}}}}
    spec: {{containers: [{{name: web, image: "registry.example.com/web@sha256:0"}}]}}
"""
        for index, number in enumerate(replicas)
    ]
    budget = f"""
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: web, namespace: web}}
spec: {{{field}, selector: {{matchLabels: {{app: web}}}}}}
"""
    return "---".join([budget, *workloads])
