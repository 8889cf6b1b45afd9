"""Who reaches whom as a flowchart for Mermaid, which READMEs and pull requests draw.

Source: <https://mermaid.js.org/syntax/flowchart.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.validation.reachability.flows import Graph, Place


def render(graph: Graph) -> str:
    """One cluster: a box for each namespace, an arrow for each flow, a crossed one for what is stopped."""
    names = {place: f"n{number}" for number, place in enumerate(graph.places)}
    lines = ["flowchart LR"]
    for number, namespace in enumerate(sorted({place.namespace for place in graph.places})):
        inside = [f"{names[one]}[{quoted(one)}]" for one in graph.places if one.namespace == namespace]
        if namespace:
            lines += [f'  subgraph s{number}["{escaped(namespace)}"]', *(f"    {line}" for line in inside), "  end"]
        else:
            lines += [f"  {line}" for line in inside]
    for flow in graph.flows:
        arrow = "-->" if flow.is_sure and not flow.refused_by else "-.->"
        lines.append(f'  {names[flow.source]} {arrow}|"{escaped(flow.ports)}"| {names[flow.target]}')
    for stop in graph.stopped:
        lines.append(f'  {names[stop.source]} --x|"{escaped(stop.ports)}"| {names[stop.target]}')
    return "\n".join(lines)


def quoted(place: Place) -> str:
    """The name of a place as a label."""
    return f'"{escaped(place.name)}"'


def escaped(text: str) -> str:
    """Text that ends no label: Mermaid has entities of its own."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
