"""A rule as its own file explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.syntax import Syntax

from bayplan.report.text.canvas import draw

if TYPE_CHECKING:
    from bayplan.validation.registry import Explanation


def render(rule: Explanation, *, color: bool) -> str:
    """Title, reason, what to do, and the same YAML broken and mended."""
    return draw(
        f"[bold]{rule.code}[/bold]  {escape(rule.title)}",
        f"[dim]{escape(kind_of(rule))}[/dim]\n",
        f"{escape(rule.why)}\n",
        f"[green]→[/green] {escape(rule.fix)}\n",
        *(("[dim]before[/dim]", Syntax(rule.before, "yaml", background_color="default"), "") if rule.before else ()),
        "[red]broken[/red]",
        Syntax(rule.bad, "yaml", background_color="default"),
        "\n[green]mended[/green]",
        Syntax(rule.good, "yaml", background_color="default"),
        f"\n[dim]{escape(rule.source)}[/dim]",
        color=color,
    )


def kind_of(rule: Explanation) -> str:
    """Family, how bad, how sure, and the rows of the taxonomy."""
    rows = f"; rows {', '.join(rule.rows)}" if rule.rows else ""
    return f"{rule.family}; {rule.severity.name.lower()}, confidence {rule.confidence.name.lower()}{rows}"
