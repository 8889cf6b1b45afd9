"""Objects that another Flux Kustomization applies from now on, and Kustomizations that stand still."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told
from tests.review.test_review_pruning import ALL, APPS, KEPT, REST, ROOT, config, sync

START = ROOT + sync("rest") + REST
NEW = f"# file: demo/new/all.yaml\n{config('other').removeprefix('---')}"
MAY, KEEPS = "object-may-be-made-anew ConfigMap shop/web ATTENTION?", "object-changes-hands ConfigMap shop/web NOTE"
WAITS = "  dependsOn: [{name: new}]\n"


@pytest.mark.parametrize(
    ("old", "new", "web", "wanted"),
    [
        ("", "", config("web"), MAY),
        (WAITS, "", config("web"), KEEPS),
        ("", "", config("web", KEPT), KEEPS),
        ("  suspend: true\n", "", config("web"), KEEPS),
        ("", "  suspend: true\n", config("web"), MAY.removesuffix("?")),
        ("", "  dependsOn: [{name: apps}]\n", config("web"), "object-replaced ConfigMap shop/web ATTENTION"),
        ("", "  dependsOn: [{name: rest}]\n", config("web"), MAY),
    ],
)
def test_an_object_goes_to_another_kustomization(old: str, new: str, web: str, wanted: str) -> None:
    syncs = START + sync("apps", old) + sync("new", new)
    found = told(syncs + APPS + web + NEW, syncs + APPS + NEW + web, "pruning", "pruning_owners")
    assert found == [wanted]


def test_a_mark_that_comes_with_the_move_comes_too_late() -> None:
    syncs = START + sync("apps") + sync("new")
    after = syncs + APPS + NEW + config("web", KEPT)
    assert told(syncs + APPS + config("web") + NEW, after, "pruning_owners") == [MAY]


def test_a_kustomization_with_another_name_takes_everything_down_and_up() -> None:
    before = START + sync("apps") + APPS
    after = START + sync("web", path="apps") + APPS
    assert told(before, after, "pruning", "pruning_owners") == [
        "object-may-be-made-anew ConfigMap shop/kept ATTENTION?",
        "object-pruned Kustomization flux-system/apps ATTENTION",
    ]
    orphan = START + sync("apps", "  deletionPolicy: Orphan\n") + APPS
    assert "object-changes-hands ConfigMap shop/kept NOTE" in told(orphan, after, "pruning", "pruning_owners")


def test_a_kustomization_stands_still() -> None:
    before, after = (START + sync("apps", more) + APPS for more in ("", "  suspend: true\n"))
    assert told(before, after, *ALL) == ["sync-suspended Kustomization flux-system/apps ATTENTION"]
    assert told(after, before, *ALL) == ["sync-resumed Kustomization flux-system/apps ATTENTION"]
    assert told(after, after + config("web"), *ALL) == ["changes-wait Kustomization flux-system/apps ATTENTION"]
    assert told(after, after, *ALL) == []


def test_what_changes_while_it_is_suspended_may_still_be_read() -> None:
    before, after = (START + sync("apps", more) + APPS for more in ("", "  suspend: true\n"))
    (effect,) = effects_between(before, after + config("web"), *ALL)
    assert effect.doubt
    assert "1 change of this step with it" in effect.says


def test_pruning_ends() -> None:
    before = START + sync("apps") + APPS
    after = START + sync("apps").replace("prune: true", "prune: false") + APPS
    assert told(before, after, *ALL) == ["pruning-ends Kustomization flux-system/apps ATTENTION"]
