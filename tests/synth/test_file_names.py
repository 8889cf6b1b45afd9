"""File names hold on every file system, whatever objects are called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayplan.manifests.ref import Ref
from bayplan.render.synth_names import is_ours, name_files

KINDS = st.sampled_from(["Service", "HTTPRoute", "Httproute"])
NAMES = st.one_of(
    st.sampled_from(["a", "A", "a.b", "a~b", "b", "system:a", "system-a", "x" * 253, "é", "a\nb", "..", "a/b"]),
    st.text(min_size=1, max_size=300),
)
REFS = st.builds(Ref, st.sampled_from(["", "serving.knative.dev"]), KINDS, st.sampled_from(["", "shop", "b"]), NAMES)


@given(st.sets(REFS, max_size=12))
def test_no_two_objects_share_a_file_anywhere(refs: set[Ref]) -> None:
    names = name_files("lab/apps/shop", refs)
    assert names.keys() == refs
    assert len({name.casefold() for name in names.values()}) == len(refs)
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9.~-]{1,250}\.yaml", name)
        assert is_ours(name)


@given(st.sets(REFS, min_size=1, max_size=12))
def test_the_order_of_objects_does_not_matter(refs: set[Ref]) -> None:
    assert name_files("shop", sorted(refs)) == name_files("shop", sorted(refs, reverse=True))


def service(name: str, namespace: str = "shop", group: str = "") -> Ref:
    return Ref(group, "Service", namespace, name)


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (service("web"), "Service.web.yaml"),
        (service("web", "other"), "Service.web~other.yaml"),
        (Ref("", "Namespace", "", "web"), "Namespace.web.yaml"),
        (
            Ref("rbac.authorization.k8s.io", "ClusterRole", "", "system:x"),
            "ClusterRole.system-x~~00fd06a02932d572.yaml",
        ),
    ],
)
def test_the_name_of_a_file_tells_the_object(ref: Ref, name: str) -> None:
    assert name_files("lab/apps/shop", [ref]) == {ref: name}


def test_a_neighbour_of_another_namespace_renames_nothing() -> None:
    alone = name_files("lab/platform", [service("web")])
    together = name_files("lab/platform", [service("web"), service("web", "other")])
    assert together[service("web")] == alone[service("web")] == "Service.web~shop.yaml"


def test_one_kind_in_two_groups_gets_two_files() -> None:
    names = name_files("lab/apps/shop", [service("web"), service("web", group="serving.knative.dev")])
    assert len(set(names.values())) == 2
    assert all(name.startswith("Service.web~~") for name in names.values())
