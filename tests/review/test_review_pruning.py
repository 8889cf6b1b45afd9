"""What Flux deletes and leaves when an object leaves the tree."""

from __future__ import annotations

import pytest
from tests.review.step import effects_between, told

ROOT = """# file: demo/flux/root.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1h, url: "https://git.example.com/a/b"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux, namespace: flux-system}
spec: {interval: 1h, path: ./demo/flux, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""


def sync(name: str, more: str = "", path: str = "") -> str:
    """A Kustomization of ./demo/<name>."""
    return f"""# file: demo/flux/{name}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 1h
  path: ./demo/{path or name}
  prune: true
  sourceRef: {{kind: GitRepository, name: flux-system}}
{more}"""


def config(name: str, annotations: str = "{}") -> str:
    """A ConfigMap."""
    return f"""---
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: shop, annotations: {annotations}}}
data: {{a: b}}
"""


HOME = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
REST = f"# file: demo/rest/all.yaml\n{HOME}{config('rest')}"
APPS = f"# file: demo/apps/all.yaml\n{config('kept')}"
KEPT = "{kustomize.toolkit.fluxcd.io/prune: disabled}"
ALL = ("data", "data_cascades", "pruning", "pruning_owners", "pruning_syncs")
PRUNED, LEFT = "object-pruned ConfigMap shop/web NOTE", "object-left-behind ConfigMap shop/web ATTENTION"


def step(before: str, after: str, web: str = config("web")) -> list[str]:
    """What is told when the ConfigMap web leaves, with the Kustomizations of both sides."""
    start = ROOT + sync("rest") + REST
    return told(start + before + APPS + web, start + after + APPS, "pruning")


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("", "", PRUNED),
        ("  suspend: true\n", "  suspend: true\n", LEFT),
        ("  suspend: true\n", "", PRUNED),
        ("", "  suspend: true\n", f"{LEFT}?"),
        ("  prune: false\n", "  prune: false\n", LEFT),
        ("  prune: true\n", "  prune: false\n", f"{LEFT}?"),
        ("  prune: false\n", "  prune: true\n", f"{PRUNED}?"),
    ],
)
def test_its_kustomization_decides(before: str, after: str, wanted: str) -> None:
    def apps(more: str) -> str:
        text = sync("apps", more)
        return text.replace("  prune: true\n", "", 1) if "prune" in more else text

    assert step(apps(before), apps(after)) == [wanted]


@pytest.mark.parametrize(
    "said", ["prune: disabled", "prune: Disabled", "reconcile: disabled", "ssa: Ignore"], ids=lambda said: said
)
def test_what_it_says_itself_in_the_cluster_comes_first(said: str) -> None:
    web = config("web", f"{{kustomize.toolkit.fluxcd.io/{said}}}")
    assert step(sync("apps"), sync("apps"), web) == [LEFT]


def test_a_label_says_it_as_well() -> None:
    web = config("web").replace("annotations: {}", f"labels: {KEPT}")
    assert step(sync("apps"), sync("apps"), web) == [LEFT]


@pytest.mark.parametrize("said", ["ssa: IfNotPresent", "ssa: merge", "prune: enabled", "force: disabled"])
def test_other_words_do_not_keep_it(said: str) -> None:
    web = config("web", f"{{kustomize.toolkit.fluxcd.io/{said}}}")
    assert step(sync("apps"), sync("apps"), web) == [PRUNED]


def without_apps(more: str) -> list[str]:
    """What is told of web when its whole Kustomization leaves."""
    start = ROOT + sync("rest") + REST
    found = told(start + sync("apps", more) + APPS + config("web"), start, "pruning")
    return [one for one in found if "ConfigMap shop/web" in one]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("", PRUNED),
        ("  deletionPolicy: MirrorPrune\n", PRUNED),
        ("  deletionPolicy: Delete\n", PRUNED),
        ("  deletionPolicy: WaitForTermination\n", PRUNED),
        ("  deletionPolicy: Orphan\n", LEFT),
        ("  suspend: true\n", LEFT),
    ],
)
def test_a_kustomization_that_is_deleted_takes_along_what_its_policy_says(more: str, wanted: str) -> None:
    assert without_apps(more) == [wanted]


def test_a_kustomization_that_does_not_prune_deletes_all_the_same_if_its_policy_says_so() -> None:
    start = ROOT + sync("rest") + REST
    for policy, wanted in (("Delete", PRUNED), ("MirrorPrune", LEFT)):
        apps = sync("apps", f"  deletionPolicy: {policy}\n").replace("prune: true", "prune: false")
        found = told(start + apps + APPS + config("web"), start, "pruning")
        assert [one for one in found if "shop/web" in one] == [wanted]


def test_a_folder_that_is_gone_stops_the_sync_and_deletes_nothing() -> None:
    start = ROOT + sync("rest") + REST + sync("apps")
    assert told(start + APPS, start, *ALL) == [
        "object-left-behind ConfigMap shop/kept ATTENTION",
        "sync-finds-no-path Kustomization flux-system/apps BLOCKED",
    ]


def test_the_only_folder_that_is_gone_stops_the_sync_as_well() -> None:
    start = ROOT + sync("apps")
    found = told(f"{start}{APPS}", start, *ALL)
    assert "object-left-behind ConfigMap shop/kept ATTENTION" in found


def test_a_cluster_whose_folder_is_gone_runs_on() -> None:
    other = ROOT.replace("demo", "other") + "# file: other/flux/note.yaml\n" + HOME
    found = told(other + ROOT + sync("apps") + APPS, other, *ALL)
    assert "object-left-behind ConfigMap shop/kept ATTENTION" in found
    assert "sync-finds-no-path Kustomization flux-system/flux BLOCKED" in found
    assert not [one for one in found if one.startswith("object-pruned")]


def test_a_root_that_leaves_its_own_set_takes_everything_along() -> None:
    rest = "# file: demo/flux/note.yaml\n" + HOME
    found = told(ROOT + rest + sync("apps") + APPS, rest + sync("apps") + APPS, *ALL)
    assert "object-pruned Kustomization flux-system/flux DANGER" in found


def test_who_applies_it_is_not_always_known() -> None:
    assert told(f"{HOME}{config('web')}", HOME, *ALL) == [f"{PRUNED}?"]


def test_a_namespace_takes_along_what_is_to_stay() -> None:
    start = ROOT + sync("rest") + "# file: demo/rest/all.yaml\n" + HOME.replace("shop", "other") + sync("apps") + APPS
    shop = f"# file: demo/apps/shop.yaml\n{HOME}{config('web', KEPT)}"
    found = told(start + shop, start, *ALL)
    assert PRUNED in found
    assert "namespace-deleted Namespace shop DANGER" in found


def test_pods_are_counted() -> None:
    start = ROOT + sync("rest") + REST + sync("apps") + APPS
    web = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:v1}]}
"""
    (effect,) = [one for one in effects_between(start + web, start, *ALL) if one.code == "object-pruned"]
    assert (effect.pods, effect.says) == (3, "is deleted with its 3 pods")
    assert effect.why == "Kustomization flux-system/apps deletes what leaves its set"


def test_a_file_that_is_moved_in_its_folder_has_no_effect() -> None:
    start = ROOT + sync("rest") + REST + sync("apps") + APPS
    there = f"# file: demo/apps/deep/web.yaml\n{config('web').removeprefix('---')}"
    assert told(start + config("web"), start + there, *ALL) == []


def test_what_is_in_the_tree_and_applied_by_nobody_any_more_goes() -> None:
    rest = "# file: demo/flux/note.yaml\n" + HOME + sync("apps") + APPS
    assert told(ROOT + rest, rest, *ALL) == [
        "namespace-deleted Namespace shop DANGER",
        "object-pruned ConfigMap shop/kept NOTE",
        "object-pruned GitRepository flux-system/flux-system ATTENTION",
        "object-pruned Kustomization flux-system/apps ATTENTION",
        "object-pruned Kustomization flux-system/flux DANGER",
        "object-pruned Namespace shop ATTENTION",
    ]
