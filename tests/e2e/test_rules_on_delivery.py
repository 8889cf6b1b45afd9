"""The text of a rule about Flux is true: each defect in a folder of its own, all planted in one commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.defect import ELSEWHERE, NO_PROOF, UNTRIED, reason, told
from tests.e2e.defect_folders import EMPTY, FLUX, SHARED, TRIALS, Trials, files_of, judged, sync, sync_of, unlisted

from bayplan.lab.reconcile import KUSTOMIZE
from bayplan.lab.wait import NotYet
from bayplan.validation.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.scene import Scene


@pytest.fixture(scope="module")
def trials(lab: Scene) -> Iterator[Trials]:
    found = Trials(lab)
    files = {**SHARED, **EMPTY}
    for trial in [*TRIALS, "try-one"]:
        found.open(trial)
    found.expect("try-early")
    for trial in TRIALS:
        files |= files_of(trial)

    def write() -> None:
        for file, text in files.items():
            (lab.tree / file).parent.mkdir(exist_ok=True)
            (lab.tree / file).write_text(text)

    with lab.commit("Plant a defect of every kind", write):
        for trial in TRIALS:
            found.plant(sync_of(trial))
        yield found
        names = [*TRIALS, "try-one", "try-two"]
        for name in names:
            lab.api.delete(KUSTOMIZE, "Kustomization", name, FLUX)
        lab.wait("the trials to go", lambda: none_left(lab, names))
    found.close()


def none_left(scene: Scene, names: list[str]) -> None:
    left = [name for name in names if scene.api.get(KUSTOMIZE, "Kustomization", name, FLUX)]
    if left:
        raise NotYet(f"still there: {', '.join(left)}")


REFUSED = {
    "try-yml001-twice": ("YML001 BROKEN", "BuildFailed", "already"),
    "try-yml001-tab": ("YML001 BROKEN", "BuildFailed", "tab|character that cannot start any token"),
    "try-sch001-type": ("SCH001 BROKEN Service", "ReconciliationFailed", "dry-run failed"),
    "try-sch001-custom": ("SCH001 BROKEN Sidecar", "ReconciliationFailed", "field not declared in schema"),
    "try-sch002": ("SCH002 UNKNOWN Chatter", "ReconciliationFailed", "no matches for kind"),
    "try-sch003": ("SCH003 BROKEN PodDisruptionBudget", "ReconciliationFailed", "no matches for kind"),
    "try-flx001-build": ("FLX001 BROKEN ConfigMap", "BuildFailed", "already registered id"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_flx001_sch001_sch002_sch003_yml001_with_one_that_is_refused_flux_applies_nothing(
    trials: Trials, tmp_path: Path, name: str
) -> None:
    found, why, message = REFUSED[name]
    (only,) = told_of = judged(trials, tmp_path, name)
    assert only.startswith(found), told_of
    said = trials.await_status(name, "False")
    assert said[0] == why
    assert re.search(message, said[1]), said
    assert not trials.has(name, "good")


@pytest.mark.parametrize(
    ("place", "what"),
    [("try-sch001-field", ("v1", "Service", "wrong")), ("try-sch001-deep", ("apps/v1", "Deployment", "web"))],
)
def test_sch001_a_field_that_no_built_in_kind_knows_is_dropped_and_nothing_says_so(
    trials: Trials, tmp_path: Path, place: str, what: tuple[str, str, str]
) -> None:
    assert judged(trials, tmp_path, place) == [f"SCH001 BROKEN {what[1]} {place}/{what[2]}"]
    trials.await_status(place, "True")
    assert "selectors" not in str(trials.scene.get(*what, place)["spec"])


def test_yml001_a_tag_that_nobody_knows_is_dropped(trials: Trials, tmp_path: Path) -> None:
    assert judged(trials, tmp_path, "try-yml001-tag") == ["YML001 BROKEN"]
    trials.await_status("try-yml001-tag", "True")
    assert trials.scene.get("v1", "ConfigMap", "wrong", "try-yml001-tag")["data"] == {"of": "a"}


def test_sch001_namespaces_are_applied_before_the_rest_is_refused(trials: Trials) -> None:
    trials.await_status("try-sch001-type", "False")
    assert trials.api.get("v1", "Namespace", "try-early") is not None


def test_flx001_two_owners_take_it_from_each_other_and_the_last_one_prunes_it(trials: Trials, tmp_path: Path) -> None:
    owners = {f"flux/Kustomization.try-{one}.yaml": sync(f"try-{one}") for one in ("one", "two")}
    assert told(trials.scene, tmp_path, unlisted(trials, {**SHARED, **owners})) == ["FLX001 BROKEN ConfigMap try-one/x"]
    for name in ("try-one", "try-two"):
        trials.plant(sync(name))
        trials.await_status(name, "True")
    for name in ("one", "two", "one"):
        trials.again(f"try-{name}")
        assert trials.scene.get("v1", "ConfigMap", "x", "try-one")["data"] == {"of": name}
    trials.plant(sync("try-two", folder="try-rest"))
    trials.again("try-two")
    assert trials.has("try-one", "x"), "it leaves the one that has not applied it last"
    trials.plant(sync("try-two"))
    trials.again("try-two")
    trials.plant(sync("try-two", folder="try-rest"))
    trials.again("try-two")
    assert not trials.has("try-one", "x"), "it leaves the one that has applied it last"
    trials.again("try-one")
    assert trials.has("try-one", "x"), "the other brings it back"


def test_flx002_flux_never_applies_what_waits_for_nothing(trials: Trials, tmp_path: Path) -> None:
    assert judged(trials, tmp_path, "try-flx002") == ["FLX002 BROKEN Kustomization flux-system/try-flx002"]
    why, message = trials.await_status("try-flx002", "False")
    assert why == "DependencyNotReady"
    assert re.search("dependency '.*try-nobody' not found", message)
    assert not trials.has("try-flx002", "good")


def test_flx003_flux_never_applies_a_circle_nor_what_waits_for_it(trials: Trials, tmp_path: Path) -> None:
    names = ("try-flx003-a", "try-flx003-b", "try-flx003-later")
    assert judged(trials, tmp_path, *names) == [f"FLX003 BROKEN Kustomization flux-system/{one}" for one in names[:2]]
    for name in names:
        why, message = trials.await_status(name, "False")
        assert (why, bool(re.search("dependency '.*' is not ready", message))) == ("DependencyNotReady", True)
        assert not trials.has(name, "good")


def test_scl001_flux_takes_an_autoscaler_without_a_target_for_healthy(trials: Trials, tmp_path: Path) -> None:
    assert judged(trials, tmp_path, "try-scl001-flux") == [
        "SCL001 BROKEN HorizontalPodAutoscaler try-scl001-flux/wrong"
    ]
    trials.await_status("try-scl001-flux", "True")

    def unable() -> None:
        found = trials.scene.get("autoscaling/v2", "HorizontalPodAutoscaler", "wrong", "try-scl001-flux")
        if (said := reason(found, "AbleToScale"))[0] != "False":
            raise NotYet(str(said))

    trials.scene.wait("the autoscaler to say why", unable)
    trials.again("try-scl001-flux")
    trials.await_status("try-scl001-flux", "True")


def test_scl002_every_sync_sets_the_replicas_back(trials: Trials, tmp_path: Path) -> None:
    assert judged(trials, tmp_path, "try-scl002") == ["SCL002 BROKEN Deployment try-scl002/web"]
    trials.await_status("try-scl002", "True")
    load = trials.scene.layout.path / "load.json"
    before = load.read_text() if load.exists() else "{}"
    load.write_text('{"try-scl002/web": 600}')
    try:
        trials.scene.wait("the autoscaler to answer", lambda: scaled(trials, "up"))
        trials.again("try-scl002")
        trials.scene.wait("Flux to set it back", lambda: scaled(trials, "down"))
        trials.scene.wait("the autoscaler to start again", lambda: at_most(trials))
    finally:
        load.write_text(before)


def scaled(trials: Trials, way: str) -> None:
    """Whether the Deployment's controller has told of going to 6 pods, or back to 2."""
    said = [
        one["message"] for one in trials.api.list("v1", "Event", "try-scl002") if one["reason"] == "ScalingReplicaSet"
    ]
    if not any(
        re.search(rf"Scaled {way} .* to {'6' if way == 'up' else '2'}$", one.split(" because")[0]) for one in said
    ):
        raise NotYet(str(said))


def at_most(trials: Trials) -> None:
    replicas = trials.scene.get("apps/v1", "Deployment", "web", "try-scl002")["spec"]["replicas"]
    if replicas < 6:
        raise NotYet(f"{replicas} replicas")


def test_every_rule_has_a_proof_or_a_reason_why_there_is_none() -> None:
    tests = "".join(file.read_text() for file in sorted(Path(__file__).parent.glob("test_*.py")))
    named = " ".join(re.findall(r"^def test_(\w+)", tests, re.MULTILINE)).upper()
    proven = {rule.code for rule in rules() if rule.code in named.replace("_", " ").split()}
    left = {rule.code for rule in rules()} - proven - set(NO_PROOF)
    assert sorted(code for code in left if code[:3] not in ELSEWHERE and int(code[3:]) > UNTRIED.get(code[:3], 0)) == []
    assert proven & set(NO_PROOF) == set()
