"""Findings for people: grouped by the line that their author wrote, with the spot marked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import how_bad
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
STYLES = {Severity.RISK: CYAN, Severity.LOSS: YELLOW, Severity.DOWN: RED, Severity.SYNC: f"{BOLD};{RED}"}
INDENT = " " * 11


def render(told: Told) -> str:
    """What is wrong, where it was written, what to do; counts at the end, and what was not looked at."""
    lines: list[str] = []
    shown = [one for one in told.findings if told.all or one.status is not Status.UNKNOWN]
    explained: set[str] = set()
    for origin, same in groupby(sorted(shown, key=lambda one: (one.origin, one)), key=lambda one: one.origin):
        lines.append(paint(plain(origin), BOLD, told))
        for finding in same:
            lines += tell(finding, told)
            if told.explain and finding.rule not in explained:
                lines += reasons(finding.rule, told)
                explained.add(finding.rule)
        lines.append("")
    return "\n".join([*lines, *ending(told)])


def tell(finding: Finding, told: Told) -> Iterator[str]:
    """One finding with its lines."""
    where = f"{finding.file}:{finding.line}{'  ' + finding.pointer if finding.pointer else ''}"
    style = STYLES[finding.severity] if finding.status is Status.BROKEN else DIM
    head = paint(f"{finding.rule}  {how_bad(finding):<7}", style, told)
    object_ = f" {plain(str(finding.ref))} " if finding.ref.kind else ""
    yield f"  {head}{object_} {paint(plain(where), DIM, told)}"
    yield f"{INDENT}{plain(finding.message)}"
    yield from excerpt(finding, told)
    yield f"{INDENT}{paint('→', GREEN, told)} {plain(finding.fix)}"


def excerpt(finding: Finding, told: Told) -> Iterator[str]:
    """The lines that are meant, with the spot underlined."""
    lines = told.snippets.of(finding)
    width = max((len(str(line.number)) for line in lines), default=0)
    for line in lines:
        number = paint(f"{line.number:>{width}} │", DIM, told)
        if not line.end:
            yield f"{INDENT}{number} {paint(line.text, DIM, told) if line.text else ''}".rstrip()
            continue
        yield f"{INDENT}{number} {line.text}"
        mark = paint("^" * (line.end - line.start), RED, told)
        yield f"{INDENT}{paint(' ' * width + ' │', DIM, told)} {' ' * line.start}{mark}"


def reasons(code: str, told: Told) -> Iterator[str]:
    """Why a rule says what it says."""
    from bayplan.validation.registry import explain  # noqa: PLC0415

    if code in told.rules:
        rule = explain(code)
        for paragraph in rule.why.split("\n\n"):
            yield from (f"{INDENT}{paint(line, DIM, told)}" for line in paragraph.splitlines())
        yield f"{INDENT}{paint(rule.source, DIM, told)}"


def ending(told: Told) -> Iterator[str]:
    """Counts, and all that a reader should know is not above."""
    unknown = any(one.status is Status.UNKNOWN for one in told.findings)
    yield (told.count if told.findings else "no findings") + (" (--all lists them)" if unknown and not told.all else "")
    quiet = []
    if told.waived:
        quiet.append(f"accepted by waivers: {len(told.waived)}")
    if told.known:
        quiet.append(f"known from the baseline: {told.known}")
    if told.mended:
        quiet.append(f"mended since the baseline: {len(told.mended)} ({plain('; '.join(told.mended[:3]))})")
    if told.not_checked:
        quiet.append(f"not checked: {', '.join(told.not_checked)}, which need --since REV")
    yield from (paint(line, DIM, told) for line in quiet)


def paint(text: str, style: str, told: Told) -> str:
    """Text in a colour, on a terminal."""
    return f"\x1b[{style}m{text}\x1b[0m" if told.color else text
