"""Whether a committed plan holds, and what it costs above the bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.account import figures
from bayplan.report.text.canvas import draw
from bayplan.report.text.cost import costs

if TYPE_CHECKING:
    from bayplan.placement.verdict import Broken, Verdict

NAMED = 12
"""Changes and broken rules that are named one by one."""


def render(verdict: Verdict, *, color: bool) -> str:
    """One cluster: what it costs where it holds, or who breaks which rule."""
    name = f"[bold]{escape(verdict.cluster)}[/bold]"
    asked = cut([f"  since it was decided: {escape(says)}" for says in verdict.asked])
    if verdict.broken:
        number = len(verdict.broken)
        rules = f"{number} rule{'s' if number > 1 else ''}"
        title = f"{name}  [red]the committed plan breaks {rules}[/red]"
        fix = "  [green]→[/green] bayplan plan decides anew"
        return draw(title, *asked, *cut([tell(one) for one in verdict.broken]), fix, "", color=color)
    figure = [figures(verdict.plan, level) for level in ("min", "max")]
    return draw(f"{name}  [green]the committed plan keeps every rule[/green]", *asked, costs(figure), "", color=color)


def tell(broken: Broken) -> str:
    """One broken rule: where, which, how."""
    where = f"{broken.file}:{broken.line}" if broken.line else broken.file
    return f"  {escape(where)}  [bold]{escape(broken.rule)}[/bold]: {escape(broken.what)}"


def cut(lines: list[str]) -> list[str]:
    """So many that a person reads them."""
    return [*lines[:NAMED], f"  and {len(lines) - NAMED} more"] if len(lines) > NAMED else lines
