"""Who has to agree, by the rules of the base; what is new, mended and accepted; and the first word that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.review.repositories import review_of
from tests.scenarios.scenario import Scenario

from bayplan.review.need import Need, Role
from bayplan.review.review import State, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.review.review import Review

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: chat%s}\ndata: {a: '%s'}\n"
LABELS = ", labels: {app.kubernetes.io/part-of: chat-app, bayplan.dev/team: talk}"
QUOTA = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: chat}\nspec: {hard: {pods: '%s'}}\n"
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\nrules: %s\n"
SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: chat%s}\n"
    "spec: {selector: {app: %s}, ports: [{port: 80}]}\n"
)
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: chat, labels: {app: web}}\n"
    "spec: {containers: [{name: web, image: 'a@sha256:%s'}]}\n"
)
WAIVER = ", annotations: {bayplan.dev/waive: 'NET001 until 2027-01-31: comes next week'}"


def roles(review: Review) -> list[tuple[str, str, str]]:
    return [(str(one.role), one.subject, one.team) for one in review.needs]


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (CONFIG, ("", "1"), ("", "2"), [("app-owner", "chat", "")]),
        (CONFIG, (LABELS, "1"), (LABELS, "2"), [("app-owner", "chat-app", "talk")]),
        (CONFIG, (LABELS, "1"), (LABELS, "1"), []),
        (QUOTA, ("1",), ("2",), [("cluster-owner", "", "")]),
        (ROLE, ("[]",), ("[{apiGroups: [''], resources: [pods], verbs: [get]}]",), [("cluster-owner", "", "")]),
    ],
)
def test_who_owns_what_changes_has_to_agree(
    tmp_path: Path, text: str, old: tuple[str, ...], new: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert roles(review_of(tmp_path / "r", {"dist/a.yaml": text % old}, {"dist/a.yaml": text % new})) == expected


@pytest.mark.parametrize(
    "file",
    [".github/workflows/ci.yml", ".gitlab-ci.yml", "Jenkinsfile", "CODEOWNERS", ".github/CODEOWNERS", ".bayplan.yaml"],
)
def test_who_changes_the_pipeline_needs_the_owners_of_the_platform(tmp_path: Path, file: str) -> None:
    same = {"dist/a.yaml": CONFIG % ("", "1")}
    review = review_of(
        tmp_path / "r", same, same | {file: "# nothing\n" if file != ".bayplan.yaml" else "waivers: []\n"}
    )
    assert roles(review) == [("cluster-owner", "", "")]
    assert file in review.needs[0].why
    assert review.verdict is Verdict.ATTENTION


def test_a_change_does_not_lower_its_own_bar(tmp_path: Path) -> None:
    """What a second reviewer is asked for is read from the base, whatever the head says of it."""
    scenario = Scenario(name="autoscaler-maximum-raised")
    files = {
        side: {
            file.relative_to(scenario.folder / side).as_posix(): file.read_text()
            for file in (scenario.folder / side).rglob("*")
            if file.is_file()
        }
        for side in ("base", "head")
    }
    strict, lax = ("review: {second_reviewer_above_usd_per_month: %d}\n" % limit for limit in (10, 10_000))  # noqa: UP031
    review = review_of(
        tmp_path / "a", files["base"] | {".bayplan.yaml": strict}, files["head"] | {".bayplan.yaml": lax}
    )
    assert Role.SECOND_REVIEWER in {one.role for one in review.needs}
    review = review_of(
        tmp_path / "b", files["base"] | {".bayplan.yaml": lax}, files["head"] | {".bayplan.yaml": strict}
    )
    assert Role.SECOND_REVIEWER not in {one.role for one in review.needs}


def test_findings_are_new_mended_or_still_there(tmp_path: Path) -> None:
    pod = POD % ("0" * 64)
    broken, well = ({"dist/a.yaml": SERVICE % ("", app), "dist/p.yaml": pod} for app in ("wrong", "web"))
    review = review_of(tmp_path / "new", well, broken)
    assert ("NET001", State.NEW) in {(one.rule, one.state) for one in review.findings}
    assert review.verdict is Verdict.DANGER
    review = review_of(tmp_path / "fixed", broken, well)
    assert ("NET001", State.FIXED) in {(one.rule, one.state) for one in review.findings}
    review = review_of(tmp_path / "still", broken, broken | {"dist/b.yaml": CONFIG % ("", "1")})
    assert ("NET001", State.STILL) in {(one.rule, one.state) for one in review.findings}
    assert review.verdict is not Verdict.DANGER


def test_a_waiver_that_comes_with_what_it_accepts_is_told_and_needs_the_owners_of_the_cluster(tmp_path: Path) -> None:
    pod = POD % ("0" * 64)
    base = {"dist/a.yaml": SERVICE % ("", "web"), "dist/p.yaml": pod}
    review = review_of(tmp_path / "r", base, {"dist/a.yaml": SERVICE % (WAIVER, "wrong"), "dist/p.yaml": pod})
    (one,) = [told for told in review.findings if told.rule == "NET001"]
    assert one.state is State.ACCEPTED
    assert "comes next week" in one.why
    assert (
        Need(role=Role.CLUSTER_OWNER, subject="", why="the change itself accepts NET001 on Service chat/web")
        in review.needs
    )
    assert review.verdict is Verdict.DANGER, "what happens is told all the same"


def test_a_waiver_in_the_settings_counts_the_same(tmp_path: Path) -> None:
    base = {"dist/a.yaml": SERVICE % ("", "web"), "dist/p.yaml": POD % ("0" * 64)}
    said = "waivers: [{rule: NET001, reason: comes next week, until: 2027-01-31}]\n"
    review = review_of(tmp_path / "r", base, base | {"dist/a.yaml": SERVICE % ("", "wrong"), ".bayplan.yaml": said})
    assert ("NET001", State.ACCEPTED) in {(one.rule, one.state) for one in review.findings}


def test_nothing_is_said_of_nothing(tmp_path: Path) -> None:
    same = {"dist/a.yaml": CONFIG % ("", "1")}
    review = review_of(tmp_path / "r", same, same)
    assert (review.verdict, review.changes, review.effects, review.needs) == (Verdict.NOTHING, (), (), ())
