"""What becomes of the jobs that wait in queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.text.canvas import draw, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from bayplan.placement.admission.predict import Admissions, Verdict


def render(admissions: Admissions, *, color: bool) -> str:
    """All jobs of a cluster, if they come at once; "" where none waits in a queue."""
    return draw(jobs(admissions.verdicts), "", color=color) if admissions.verdicts else ""


def jobs(verdicts: Sequence[Verdict]) -> RenderableType:
    """A row a job: its queue, when it runs, on which nodes, and what it waits for."""
    rows = table("  job", "queue", "if all come at once", "on", "because")
    for one in sorted(verdicts, key=lambda one: (one.turn or len(verdicts) + 2, one.job)):
        rows.add_row(f"  {escape(one.job)}", one.team, turn(one), escape(where(one)), escape(because(one)))
    return rows


def turn(verdict: Verdict) -> str:
    """When it runs."""
    match verdict.turn:
        case 0:
            return "is never admitted"
        case 1:
            return "runs at once"
        case 2:
            return "runs when those have ended"
    return f"runs in turn {verdict.turn}"


def where(verdict: Verdict) -> str:
    """The kinds of nodes that it gets; of each group where they differ."""
    kinds = list(dict.fromkeys(flavor for _, flavor in verdict.flavors if flavor))
    if len(kinds) < 2:
        return "".join(kinds)
    return ", ".join(f"{name} {flavor}" for name, flavor in verdict.flavors)


def because(verdict: Verdict) -> str:
    """What it waits for, and whom it stops."""
    stops = f"stops {', '.join(verdict.stops)}" if verdict.stops else ""
    return "; ".join(part for part in (verdict.why, stops) if part)


def sentence(cluster: str, verdict: Verdict, *, color: bool) -> str:
    """One job, in a few lines."""
    on = f" on {where(verdict)}" if verdict.flavors else ""
    queue = f"queue {escape(verdict.team)} of {escape(cluster)}"
    lines = [f"[bold]{escape(verdict.job)}[/bold] in {queue}: if all jobs come at once, it {turn(verdict)}{escape(on)}"]
    if because(verdict):
        lines.append(f"  because it {escape(because(verdict))}" if verdict.turn else f"  {escape(because(verdict))}")
    return draw(*lines, "", color=color)
