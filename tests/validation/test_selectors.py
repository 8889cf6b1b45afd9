"""Laws of label selectors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation import selectors
from bayplan.validation.pods import Pods
from bayplan.validation.selectors import Requirement

keys = st.sampled_from(["app", "tier", "zone"])
values = st.sampled_from(["a", "b", "c"])
label_sets = st.dictionaries(keys, values)


def pod(number: int, namespace: str, labels: dict[str, str]) -> Manifest:
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"p{number}", "namespace": namespace, "labels": labels},
    }
    return Manifest(ref=Ref.of(body), body=body)


@given(label_sets, label_sets)
def test_equality_selects_exactly_the_supersets(wanted: dict[str, str], carried: dict[str, str]) -> None:
    assert selectors.of_labels(wanted).admits(carried) == (wanted.items() <= carried.items())


@given(keys, st.lists(values), label_sets)
def test_each_operator_and_its_opposite_share_out_all_labels(
    key: str, some: list[str], carried: dict[str, str]
) -> None:
    def holds(operator: str) -> bool:
        return Requirement(key=key, operator=operator, values=tuple(some)).admits(carried)

    assert holds("In") != holds("NotIn")
    assert holds("Exists") != holds("DoesNotExist")
    assert not holds("In") or holds("Exists")


@given(
    st.lists(st.tuples(st.sampled_from(["x", "y"]), label_sets), max_size=12), st.sampled_from(["x", "y"]), label_sets
)
def test_the_index_finds_what_looking_at_every_pod_finds(
    pods: list[tuple[str, dict[str, str]]], namespace: str, wanted: dict[str, str]
) -> None:
    manifests = [pod(number, *one) for number, one in enumerate(pods)]
    selector = selectors.of_labels(wanted)
    found = [one.owner.ref.name for one in Pods(manifests).selected(namespace, selector)]
    assert found == [
        manifest.ref.name
        for manifest, (home, labels) in zip(manifests, pods, strict=True)
        if home == namespace and selector.admits(labels)
    ]


def test_no_selector_selects_nothing_and_an_empty_one_everything() -> None:
    assert selectors.read({}, "spec", "selector") is None
    empty = selectors.read({"spec": {"selector": {}}}, "spec", "selector")
    assert empty is not None
    assert empty.admits({})
    assert empty.admits({"app": "a"})
