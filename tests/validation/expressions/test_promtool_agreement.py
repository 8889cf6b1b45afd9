"""promtool and we read PromQL and templates alike; `agreement/promtool.yaml` is computed from this run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.validation.expressions.promtool import FEATURE, VERSION, mutated, of_prometheus, refused, written

from bayplan.validation.expressions import gotemplate, patterns, promql

AGREEMENT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "agreement" / "promtool.yaml").read_text())
PIECES = written("pieces_of_promql.txt")
BRACES = written("pieces_of_templates.txt")


def our_refusal(text: str) -> str:
    """Why we refuse an expression where experimental functions are on; promtool cannot switch `fill` on."""
    query = promql.read(text)
    return query.fault or ("needs a feature" if promql.FILL in query.needs else "")


def template_fault(text: str) -> str:
    """Why we refuse a template of an alert."""
    return gotemplate.fault(text, functions=gotemplate.PROMETHEUS, variables=gotemplate.PROMETHEUS_VARIABLES)


def recordings(texts: list[str]) -> list[dict[str, Any]]:
    return [{"record": "r", "expr": text} for text in texts]


def alerts(texts: list[str]) -> list[dict[str, Any]]:
    return [{"alert": "r", "expr": "up", "annotations": {"a": text}} for text in texts]


def test_the_table_of_agreement_is_what_this_run_gives(tmp_path: Path) -> None:
    expressions, templates = [*written("promql.txt"), *of_prometheus()], written("templates.txt")
    theirs = refused(recordings(expressions), tmp_path, FEATURE)
    theirs_of_templates = refused(alerts(templates), tmp_path)
    apart = [text for place, text in enumerate(expressions) if bool(our_refusal(text)) != (place in theirs)]
    judged = enumerate(templates)
    apart += [text for place, text in judged if bool(template_fault(text)) != (place in theirs_of_templates)]
    cases = len(expressions) + len(templates)
    assert {key: AGREEMENT[key] for key in ("peer", "version", "cases", "agree")} == {
        "peer": "promtool",
        "version": VERSION,
        "cases": cases,
        "agree": cases - len(apart),
    }
    assert [one["case"] for one in AGREEMENT["disagree"]] == apart


def test_what_needs_a_feature_is_what_promtool_takes_only_with_it(tmp_path: Path) -> None:
    expressions = [text for text in written("promql.txt") if not promql.read(text).fault]
    without = refused(recordings(expressions), tmp_path)
    assert {expressions[place] for place in without} == {text for text in expressions if promql.read(text).needs}


@pytest.mark.parametrize("seed", [1, 2])
def test_no_expression_is_refused_that_promtool_takes(seed: int, tmp_path: Path) -> None:
    expressions = mutated(written("promql.txt"), PIECES, seed=seed, count=2000)
    theirs = refused(recordings(expressions), tmp_path, FEATURE)
    assert [text for place, text in enumerate(expressions) if our_refusal(text) and place not in theirs] == []
    missed = [text for place, text in enumerate(expressions) if place in theirs and not our_refusal(text)]
    assert len(missed) <= len(expressions) / 100, missed


@pytest.mark.parametrize("seed", [1, 2])
def test_no_template_is_refused_that_go_takes(seed: int, tmp_path: Path) -> None:
    templates = [text for text in mutated(written("templates.txt"), BRACES, seed=seed, count=2000) if "{{" in text]
    theirs = refused(alerts(templates), tmp_path)
    assert [text for place, text in enumerate(templates) if template_fault(text) and place not in theirs] == []
    missed = [text for place, text in enumerate(templates) if place in theirs and not template_fault(text)]
    assert len(missed) <= len(templates) / 100, missed


def test_patterns_are_refused_as_go_refuses_them(tmp_path: Path) -> None:
    """promtool compiles them with Go's regexp; RE2 and the parser in Rust must come to the same."""
    texts = mutated(written("patterns.txt"), written("pieces_of_patterns.txt"), seed=1, count=3000)
    found = [*written("patterns.txt"), *texts]
    rules = recordings([f"up{{a=~{json.dumps(text, ensure_ascii=False)}}}" for text in found])
    theirs = refused(rules, tmp_path)
    ours = {place for place, text in enumerate(found) if patterns.fault(text)}
    assert sorted(found[place] for place in ours - theirs.keys()) == []
    # how large repetitions of what is repeated no times are, Go and RE2 count differently
    assert [found[place] for place in sorted(theirs.keys() - ours) if "{0" not in found[place]] == []
    read = {place for place, rule in enumerate(rules) if promql.read(rule["expr"]).fault}
    assert sorted(found[place] for place in read - theirs.keys()) == []
