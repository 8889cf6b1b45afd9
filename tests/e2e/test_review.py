"""What a review tells happens, and nothing else does: every scenario, synced by the real Flux to a real API server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.review_seen import OWNER, Seen
from tests.e2e.review_stage import Play, settle
from tests.e2e.scene import ROOT, YARD
from tests.scenarios.scenario import NAMES, TODAY, Scenario

from bayplan import review_pipeline
from bayplan.complaint import BadInput
from bayplan.lab.furnish import add_nodes, condition
from bayplan.lab.lab import PROGRAMS, close, remove, start_lab
from bayplan.lab.parts import find_parts
from bayplan.lab.reconcile import why
from bayplan.lab.session import node_counts, read_plan
from bayplan.review.review import State, Weight
from bayplan.spec.load import load_clusters
from bayplan.validation.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.ref import Ref
    from bayplan.review.review import Effect, Review

THIS = "plays"
PROVEN = [name for name in NAMES if Scenario(name=name).about.get("proof", True)]
AT_ONCE = 18
"""Scenarios under way at one time: more, and Flux takes longer than anybody waits."""
GONE = frozenset({"definition-deleted", "deleted-by-force", "namespace-deleted", "object-pruned"})
"""Codes that say that an object is deleted."""
REPLACED = frozenset({"job-runs-again", "object-replaced"})
"""Codes that say that an object is deleted and made anew."""
ROLLS = frozenset({"pods-restart", "pods-roll"})
"""Codes that say that pods are made anew."""
SCALES = frozenset({"autoscaler-range", "autoscaler-retargeted", "autoscaler-starts"})
"""Codes of autoscalers that say whose pods they count from now on."""
OTHERS_WRITE = frozenset({"Kustomization", "GitRepository"})
"""Kinds whose objects this test itself touches."""
ONCE = frozenset({"CronJob", "Job"})
"""Makers of pods that end."""


@pytest.fixture(scope="module")
def plays(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Play]]:
    """Every scenario that is asked for, synced from base to head."""
    try:
        for name in PROGRAMS:
            find_parts(ROOT).binary(name)
    except BadInput as bad:
        pytest.skip(str(bad))
    cluster = next(one for one in load_clusters(YARD) if one.name == "prod")
    lab = start_lab(YARD, cluster, f"e2e-review-{os.getpid()}", lambda *_: None)
    try:
        add_nodes(lab, cluster, {**node_counts(read_plan(YARD, cluster), "max"), "general": 12, "memory": 4})
        made: dict[str, Play] = {}
        items = [one for one in request.session.items if isinstance(one, pytest.Function)]
        asked = {one.callspec.params["name"] for one in items if THIS in one.fixturenames}
        for number, name in enumerate(one for one in PROVEN if one in asked):
            folder = tmp_path_factory.mktemp(name)
            made[name] = Play(
                scenario=Scenario(name=name), number=100 + number, layout=lab.layout, api=lab.api, folder=folder
            )
        for batch in batched(made.values(), AT_ONCE):
            run(batch)
        yield made
    finally:
        close(lab)
        remove(lab.layout.path)


def batched(plays: Iterable[Play], size: int) -> Iterator[list[Play]]:
    """So many at a time."""
    left = list(plays)
    while left:
        yield left[:size]
        left = left[size:]


def run(plays: list[Play]) -> None:
    """Some at once: bases, a look, heads, another look."""
    for play in plays:
        play.stage()
        play.begin()
    for play, reason in settle(plays):
        play.late = f"base: {reason}"
    for play in plays:
        play.before = play.look()
        play.push("head")
        play.ask()
    for play, reason in settle(plays):
        play.late = play.late or f"head: {reason}"
    for play in plays:
        play.after = play.look()
        play.fewest = play.fewest_ready()
        play.kustomizations = play.answers()


def reviewed(play: Play) -> Review:
    """What bayplan says of what was synced, from the same repository."""
    path = play.folder / "work"
    return review_pipeline.review(path, path / "dist", ("HEAD~1", "HEAD"), TODAY, lambda *_: None)


@pytest.mark.parametrize("name", PROVEN)
def test_what_is_told_happens_and_nothing_else(plays: Mapping[str, Play], name: str) -> None:
    play = plays[name]
    assert not play.late, play.late
    review = reviewed(play)
    sure = [one for one in review.effects if not one.doubt]
    wrong = [*of_refusals(play, review, sure), *of_objects(play, review, sure), *of_pods(play, review, sure)]
    assert wrong == [], "\n".join([*wrong, *(f"told: {one.code} {one.ref} {one.says}" for one in review.effects)])


def of_refusals(play: Play, review: Review, sure: list[Effect]) -> Iterator[str]:
    """Flux stops where it is told to, at the object that is told, and nowhere else.

    What check calls down is not ready either, and a Kustomization that is suspended in the middle of its work says so:
    Flux waits for both in vain.
    """
    stops = {name: why(one) for name, one in play.kustomizations.items() if condition(one, "Ready") == "False"}
    own = {name: said for name, said in stops.items() if "dependency" not in said}
    told = [one for one in sure if one.weight is Weight.BLOCKED]
    for one in told:
        if not any(one.ref.name in said for said in own.values()):
            yield f"{one.ref} was told to be refused, and Flux says {own or 'nothing'}"
    down = {one.ref.name for one in review.findings if one.state is State.NEW and one.severity >= Severity.DOWN}
    stands = {one.ref.name for one in sure if one.code == "sync-suspended"}
    left = own if not (told or down) else {}
    left = {name: said for name, said in left.items() if name not in stands and not any(one in said for one in stands)}
    if left:
        yield f"Flux stops, and nobody told: {left}"


def of_objects(play: Play, review: Review, sure: list[Effect]) -> Iterator[str]:
    """What is told to go goes, what is told to be made anew is, and what nobody changes is not touched."""
    before, after = seen(play)
    applied = {ref for ref, body in before.objects.items() if OWNER in (body["metadata"].get("labels") or {})}
    gone = {ref for ref in applied if before.has(ref) and not after.has(ref)}
    anew = {ref for ref in applied - gone if uid(before.objects[ref]) != uid(after.objects.get(ref))}
    told_gone = {one.ref for one in sure if one.code in GONE}
    told_anew = {one.ref for one in sure if one.code in REPLACED}
    doubtful = {one.ref for one in review.effects if one.doubt}
    yield from (f"{ref} was told to go, and is there" for ref in told_gone - gone if ref in applied)
    yield from (
        f"{ref} is gone, and nobody told"
        for ref in gone - told_gone - told_anew - doubtful
        if not is_within(ref, told_gone, before)
    )
    yield from (f"{ref} was told to be made anew, and was not" for ref in told_anew - anew - gone if ref in applied)
    yield from (f"{ref} was made anew, and nobody told" for ref in anew - told_anew - told_gone - doubtful)
    changed = {one.ref for one in review.changes} | doubtful
    scaled = {ref for ref in applied if any(str(ref) in one.says for one in review.effects if one.code in SCALES)}
    for ref in applied - gone - anew - changed - scaled:
        old, new = (side.objects[ref]["metadata"].get("generation") for side in (before, after))
        if old != new and ref.kind not in OTHERS_WRITE:
            yield f"{ref} has been changed, and nobody told"


def is_within(ref: Ref, gone: set[Ref], before: Seen) -> bool:
    """Whether an object goes with its namespace or with the definition of its kind."""
    if any(one.kind == "Namespace" and one.name == ref.namespace for one in gone):
        return True
    definitions = [before.objects[one]["spec"] for one in gone if one.kind == "CustomResourceDefinition"]
    return any((one["group"], one["names"]["kind"]) == (ref.group, ref.kind) for one in definitions)


def of_pods(play: Play, review: Review, sure: list[Effect]) -> Iterator[str]:
    """As many pods are made anew as is told, no more are missing at one time, and all others run on.

    What is told in doubt, as where it depends on which of two Kustomizations Flux takes first, may come or not.
    """
    before, after = seen(play)
    doubtful = {one.ref for one in review.effects if one.doubt}
    gone = {one.ref for one in sure if one.code in GONE}
    for ref, pods in before.pods.items():
        if ref.kind in ONCE:
            continue
        anew = len(pods - after.pods.get(ref, set()))
        told = [one for one in sure if one.ref == ref and (one.pods or one.code in GONE | REPLACED | ROLLS)]
        if not told and anew and ref not in doubtful and not is_within(ref, gone, before):
            yield f"{anew} of {len(pods)} pods of {ref} are others, and nobody told"
        for one in told:
            expected = min(one.pods, len(pods)) or len(pods)  # of an autoscaler's range there are as many as there are
            if one.ref.kind == "DaemonSet":
                continue  # how many nodes there are, no tree says
            if anew != expected:
                yield f"{ref}: told {expected} pods anew ({one.code}), {anew} of {len(pods)} are"
            missing = len(pods) - play.fewest[ref]
            if one.code not in GONE and missing > one.pods_down:
                yield f"{ref}: told {one.pods_down} missing at worst ({one.code}), {missing} were"
            if one.pods_down == len(pods) and missing < len(pods):
                yield f"{ref}: told that all {len(pods)} are missing at one time, {missing} were"


def seen(play: Play) -> tuple[Seen, Seen]:
    """Both looks."""
    assert play.before
    assert play.after
    return play.before, play.after


def uid(body: Mapping[str, Any] | None) -> str:
    """Identity of an object; "" for none."""
    return str(body["metadata"]["uid"]) if body else ""
