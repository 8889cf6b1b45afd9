"""Folders wait for what their objects name, and never for each other."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bayplan.manifests.ref import Ref
from bayplan.render.flux.order import depends_on
from bayplan.render.flux.references import references

NAMES = st.sampled_from("abcdef")


def account(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": "x"}}


def pod(name: str, account: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "x"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"serviceAccountName": account}}


def test_a_folder_waits_for_the_folder_that_holds_what_it_names() -> None:
    folders = {"one": [pod("p", "a")], "two": [account("a")], "three": [account("b"), pod("q", "b")]}
    assert depends_on(folders) == {"one": ("two",), "two": (), "three": ()}


def test_folders_that_need_each_other_wait_for_neither_but_for_others() -> None:
    folders = {
        "one": [account("a"), pod("p", "b"), pod("q", "c")],
        "two": [account("b"), pod("r", "a")],
        "three": [account("c")],
    }
    assert depends_on(folders) == {"one": ("three",), "two": (), "three": ()}


@given(uses=st.dictionaries(NAMES, st.sets(NAMES), min_size=1))
def test_the_order_is_never_a_circle(uses: dict[str, set[str]]) -> None:
    folders = {name: [account(name), *(pod(f"p-{other}", other) for other in others)] for name, others in uses.items()}
    order = depends_on(folders)
    tuple(TopologicalSorter(order).static_order())
    for name, others in order.items():
        assert set(others) <= uses[name] - {name}


def test_what_a_route_names() -> None:
    route = {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {"name": "r", "namespace": "x"},
        "spec": {
            "gateways": ["mine", "other/theirs"],
            "http": [
                {"route": [{"destination": {"host": "web.shop.svc.cluster.local"}}, {"destination": {"host": "b"}}]}
            ],
        },
    }
    assert set(references(route)) == {
        Ref("", "Namespace", "", "x"),
        Ref("networking.istio.io", "Gateway", "x", "mine"),
        Ref("networking.istio.io", "Gateway", "other", "theirs"),
        Ref("", "Service", "shop", "web"),
        Ref("", "Service", "x", "b"),
    }
