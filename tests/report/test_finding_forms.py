"""Every form of findings is read by what reads it elsewhere, and nothing in a tree breaks out of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from tests.report.drawn import assert_nothing_lives, elsewhere, on_github
from tests.report.reviews import HOSTILE
from tests.report.told import MIXED, accepted, finding, told

from bayplan.manifests.ref import Ref
from bayplan.report.findings.json import schema
from bayplan.report.findings.told import FORMATS, form
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.report.drawn import Drawn

SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
ROOT = Path(__file__).parents[2]


def rendered(name: str, **more: object) -> str:
    return form(name).render(told(**more))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("findings", [MIXED, ()], ids=["findings", "none"])
def test_nothing_that_a_terminal_obeys_is_printed(name: str, findings: tuple[()], tmp_path: Path) -> None:
    text = rendered(name, root=tmp_path, findings=findings, all=True, waived=(accepted(),), not_checked=("CHG001",))
    unprintable = [c for c in text if not c.isprintable() and c not in "\n\u2060"]
    assert unprintable == []
    assert text.encode().decode() == text


def test_json_is_what_its_published_schema_says(tmp_path: Path) -> None:
    judge = Draft202012Validator(json.loads(schema()))
    judge.check_schema(json.loads(schema()))
    said = json.loads(rendered("json", root=tmp_path))
    judge.validate(said)
    assert [one["rule"] for one in said] == [one.rule for one in MIXED]
    assert len({one["fingerprint"] for one in said}) == len(said)
    judge.validate(json.loads(rendered("json", findings=())))


def test_the_published_schema_is_up_to_date() -> None:
    assert (ROOT / "schemas/bayplan/findings.json").read_text() == schema(), "run: bayplan schema"


def test_sarif_is_what_its_official_schema_says(tmp_path: Path) -> None:
    judge = Draft4Validator(SARIF)
    text = rendered("sarif", root=tmp_path, waived=(accepted(),), not_checked=("CHG001", "CHG002"))
    said = json.loads(text)
    judge.validate(said)
    judge.validate(json.loads(rendered("sarif", findings=())))
    run = said["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    kinds = [(one["kind"], one["level"]) for one in run["results"]]
    assert ("open", "none") in kinds, "what is unknown is no failure"
    assert next(one for one in run["results"] if "suppressions" in one)["suppressions"][0]["kind"] == "external"
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [one["associatedRule"]["id"] for one in notes] == ["CHG001", "CHG002", "NET001"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert "b c/ü%.yaml" in [unquote(place) for place in places]


def test_junit_is_xml_with_counts_that_agree(tmp_path: Path) -> None:
    root = ElementTree.fromstring(rendered("junit", root=tmp_path))  # noqa: S314 - our own text
    assert root.tag == "testsuites"
    cases = root.findall("testsuite/testcase")
    count = {name: len(root.findall(f".//{name}")) for name in ("failure", "error", "skipped")}
    assert root.attrib["tests"] == str(len(cases)) == str(len(MIXED))
    assert root.attrib["failures"] == str(count["failure"])
    assert root.attrib["errors"] == str(count["error"]) == "1"
    assert root.attrib["skipped"] == str(count["skipped"]) == "1"
    assert all({"name", "classname", "file", "line"} <= case.attrib.keys() for case in cases)
    for suite in root.findall("testsuite"):
        assert suite.attrib["tests"] == str(len(suite.findall("testcase")))
    none = ElementTree.fromstring(rendered("junit", findings=()))  # noqa: S314 - our own text
    assert none.attrib["tests"] == "1"
    assert none.attrib["failures"] == "0"


COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<parts>[^:]*(?:%3A[^:]*)*)::(?P<data>.*)")


def runner(line: str) -> dict[str, str]:
    """A workflow command as the runner of GitHub Actions reads it."""
    found = COMMAND.fullmatch(line)
    assert found, line
    read = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    parts = dict(part.split("=", 1) for part in found["parts"].split(","))
    plain = {key: re.sub("%(25|0D|0A|3A|2C)", lambda code: read[code[0]], value) for key, value in parts.items()}
    return {"level": found["level"], "data": found["data"], **plain}


def test_github_reads_one_annotation_a_line() -> None:
    *lines, last = rendered("github", all=True, prefix="deploy/").splitlines()
    read = [runner(line) for line in lines]
    assert len(read) == len(MIXED)
    assert last == "5 findings: 1 sync, 3 down, 1 loss; 1 rules failed; 1 unknown"
    assert {one["file"] for one in read} == {"deploy/a/web.yaml", "deploy/b c/ü%.yaml"}
    assert read[0]["level"] == "error"
    assert all(int(one["line"]) >= 1 for one in read)


def test_gitlab_reads_a_code_quality_report() -> None:
    said: list[dict[str, Any]] = json.loads(rendered("gitlab"))
    assert len({one["fingerprint"] for one in said}) == len(said) == len(MIXED)
    for one in said:
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(one["location"]["lines"]["begin"], int)
        assert not one["location"]["path"].startswith("./")
        assert {"description", "check_name"} <= one.keys()
    assert json.loads(rendered("gitlab", findings=())) == []


def test_fingerprints_do_not_change_when_things_move() -> None:
    here = told(findings=(finding(),))
    there = told(findings=(finding(file="z.yaml", line=77, origin="z.yaml#L70"),))
    assert list(here.marks.values()) == list(there.marks.values())
    other = told(findings=(finding(message="selects something"),))
    assert list(here.marks.values()) != list(other.marks.values())


def test_markdown_stays_text() -> None:
    text = rendered("markdown", all=True)
    rows = [line for line in text.splitlines() if line.startswith("| ") and ("NET001" in line or "REF002" in line)]
    assert len(rows) >= 5
    for row in rows:
        assert row.count("|") == 7, "text from the tree makes no cell"


@pytest.mark.parametrize("evil", HOSTILE)
@pytest.mark.parametrize("draw", [on_github, elsewhere])
def test_nothing_of_a_tree_comes_alive_in_markdown(evil: str, draw: Callable[[str], Drawn]) -> None:
    spoiled = finding(message=evil, fix=evil, file=evil or "a", origin=evil, ref=Ref("", "Pod", evil, evil))
    text = rendered("markdown", all=True, findings=(spoiled,))
    drawn = draw(text)
    assert_nothing_lives(drawn, also={"h3", "h4"})
    assert len([tag for tag, _ in drawn.tags if tag == "td"]) == 6


def test_what_is_unknown_is_counted_and_listed_only_when_asked() -> None:
    few, all_ = rendered("text"), rendered("text", all=True)
    assert "perhaps" not in few
    assert "1 unknown (--all lists them)" in few
    assert "perhaps" in all_
    assert "--all" not in all_
    assert all(one.status is Status.UNKNOWN or one.message.split()[-1] in few for one in MIXED)
