"""For people who write rules of their own: what their tests need.

    from bayplan.validation.testing import assert_clean, assert_finds, assert_rule

    def test_blue():
        assert_rule("ACM001")                        # its BAD yields it alone, its GOOD nothing; it says what and why
        assert_finds(YAML, "ACM001 Service shop/web /spec/type")
        assert_clean(OTHER_YAML)

Nothing here needs pytest: a failure is an AssertionError with what was found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.example import findings_in
from bayplan.validation.finding import Status
from bayplan.validation.registry import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding

__all__ = ["assert_clean", "assert_finds", "assert_rule", "findings_in", "told"]


def told(finding: Finding) -> str:
    """A finding in a line: `NET001 Service chat/web /spec/selector`, with `unknown` behind it where it is not sure."""
    sure = "" if finding.status is Status.BROKEN else f" {finding.status.name.lower()}"
    return f"{finding.rule} {finding.ref} {finding.pointer or '/'}{sure}"


def assert_finds(
    files: str | Mapping[str, str],
    *wanted: str,
    cluster: Cluster | None = None,
    base: str | Mapping[str, str] | None = None,
    rules: str = "",
) -> None:
    """Exactly these findings are made, each as `told` says it; with `rules`, of the codes that begin so alone."""
    found = [one for one in findings_in(files, cluster=cluster, base=base) if one.rule.startswith(rules)]
    lines = sorted(map(told, found))
    if lines != sorted(wanted):
        missing = sorted(set(wanted) - set(lines))
        more = [f"{told(one)}: {one.message}" for one in found if told(one) not in wanted]
        raise AssertionError("\n".join(["not found:", *missing, "found as well:", *more]))


def assert_clean(files: str | Mapping[str, str], *, cluster: Cluster | None = None) -> None:
    """Nothing is found, not even something unknown."""
    assert_finds(files, cluster=cluster)


def assert_rule(code: str, *, cluster: Cluster | None = None) -> None:
    """A rule is what its file says: BAD yields its code alone, GOOD nothing, and it says what, why and from where."""
    said = explain(code)
    problems = []
    base = said.before or None
    bad = {one.rule for one in findings_in(said.bad, cluster=cluster, base=base)}
    if bad != {code}:
        problems.append(f"BAD yields {', '.join(sorted(bad)) or 'nothing'}")
    good = [f"{told(one)}: {one.message}" for one in findings_in(said.good, cluster=cluster, base=base)]
    problems += [f"GOOD yields {one}" for one in good]
    if not re.fullmatch(r"[A-Z][^\n]*\.", said.title):
        problems.append(f"the title is no sentence: {said.title!r}")
    if len(said.why.split()) < 20:
        problems.append("it does not say why, in twenty words at least")
    if not said.source.startswith("<https://") or "TODO" in said.source:
        problems.append("it does not say from where: Source: <https://...>")
    if problems:
        raise AssertionError(f"{code}: " + "; ".join(problems))
