"""The picture of one app: its pods, who comes in, whom they call, each line with its ports."""

from __future__ import annotations

from collections import defaultdict
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from bayplan.report.html.graph_layout import HEAD, WIDE, Line, lay_out
from bayplan.report.html.markup import Markup, join, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.report.html.colors import Colors
    from bayplan.report.html.graph_layout import Layout, Spot
    from bayplan.validation.reachability.flows import Flow, Graph, Place

BASICS = {"53": "names", "15012": "istiod"}
"""Ports that every pod needs: said in the box, for lines to everybody would hide all others."""
MANY = 3
"""Lines of one kind to one place outside that are told and not drawn."""
LETTERS = 25
"""What fits into a box."""


class Paint(NamedTuple):
    """What boxes are filled with."""

    basics: Mapping[Place, list[str]]
    colors: Colors
    home: str
    """The namespace of the picture: of others it is said."""


def app(graph: Graph, namespace: str, colors: Colors, key: str) -> Markup:
    """A section: what is in the namespace, and its picture."""
    inner = [place for place in graph.places if place.namespace == namespace and not place.is_outside]
    every, basics = lines_of(graph, namespace)
    lines, shared = apart(every)
    layout = lay_out(lines, inner)
    closed = sum(not place.takes_all and not place.sends_all for place in inner)
    facts = f"{many(len(inner), 'kind')} of pods, {closed} closed on both sides"
    return tag(
        "section",
        tag("header", tag("h4", namespace or "no namespace", id=key), tag("p", facts)),
        tag("ul", *(tag("li", words) for words in shared), class_="openly") if shared else None,
        tag("div", picture(layout, lines, Paint(basics, colors, namespace), key), class_="scroll"),
        class_="app",
        aria_labelledby=key,
    )


def many(number: int, noun: str) -> str:
    """`1 kind`, `3 kinds`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def lines_of(graph: Graph, namespace: str) -> tuple[list[Line], dict[Place, list[str]]]:
    """The lines of a namespace, and apart from them who reaches the names and the control plane."""
    lines: list[Line] = []
    basics: dict[Place, list[str]] = {}
    for flow in graph.flows:
        word = basic(flow)
        if word and flow.source.namespace == namespace:
            basics.setdefault(flow.source, []).append(word)
        elif not word and namespace in (flow.source.namespace, flow.target.namespace):
            kind = "refused" if flow.refused_by else ("sure" if flow.is_sure else "perhaps")
            lines.append(Line(source=flow.source, target=flow.target, label=shortened(flow.ports), kind=kind))
    lines += [
        Line(source=stop.source, target=stop.target, label=shortened(stop.ports), kind="stop")
        for stop in graph.stopped
        if namespace in (stop.source.namespace, stop.target.namespace)
    ]
    return list(dict.fromkeys(lines)), {place: sorted(set(words)) for place, words in basics.items()}


def apart(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """The lines to draw, and in words what somebody outside has with many: a fan of lines would hide all others."""
    fans: dict[tuple[Place, bool, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind != "stop" and (line.source.is_outside or line.target.is_outside):
            other = line.source if line.source.is_outside else line.target
            fans[other, line.source.is_outside, line.label, line.kind].append(line)
    words, hidden = [], set()
    for (other, comes, label, kind), same in sorted(fans.items()):
        if len(same) >= MANY:
            names = ", ".join((line.target if comes else line.source).name.partition(" ")[2] for line in same)
            words.append(f"{other} {'reaches' if comes else 'is reached by'} {names} on {label}{WORDS[kind]}")
            hidden.update(same)
    return [line for line in lines if line not in hidden], words


def basic(flow: Flow) -> str:
    """The word for what every pod needs; "" for all else."""
    numbers = {part.split(" ")[-1] for part in flow.ports.split(", ")}
    word = BASICS.get(next(iter(numbers)), "") if len(numbers) == 1 else ""
    return word if flow.target.is_outside else ""


def shortened(ports: str) -> str:
    """`8080` for `TCP 8080`, and no more than fits between two boxes."""
    text = ports.replace("TCP ", "").replace("every port of ", "all ").replace("every port", "all")
    return text if len(text) <= 16 else f"{text[:15]}…"


def picture(layout: Layout, lines: Sequence[Line], paint: Paint, key: str) -> Markup:
    """The SVG with its own style: whoever is pointed at or focused keeps its lines, the others fade."""
    numbers = {place: number for number, place in enumerate(layout.spots)}
    rules = join(*(highlight(key, number) for number in numbers.values()))
    return tag(
        "svg",
        tag("title", "Who reaches whom"),
        tag("desc", "; ".join(f"{line.source} to {line.target}: {line.label}" for line in lines) or "no line"),
        tag("style", Markup(rules)),
        *(edge(layout, number, line, numbers) for number, line in enumerate(lines)),
        *(box(layout, place, paint, number) for place, number in numbers.items()),
        viewBox=f"0 0 {layout.width:g} {layout.height:g}",
        width=layout.width,
        height=layout.height,
        role="group",
        aria_labelledby=key,
        class_="net",
        id=f"{key}-net",
    )


def highlight(key: str, number: int) -> Markup:
    """Style that fades all lines but those of one box, while it is pointed at."""
    here = f"#{key}-net:has(.p{number}:is(:hover,:focus-visible))"
    return Markup(f"{here} .edge:not(.e{number}){{opacity:.12}}")


def edge(layout: Layout, number: int, line: Line, numbers: dict[Place, int]) -> Markup:
    """A line with its tip, and its ports before the tip."""
    x, y = layout.spots[line.target].x, layout.ends[number, "in"]
    return tag(
        "g",
        tag("title", f"{line.source} to {line.target}: {line.label}{WORDS[line.kind]}"),
        tag("path", d=way(layout, number, line)),
        tag("path", d=f"M{x - 8:g} {y - 4:g}l8 4l-8 4z", class_="tip"),
        tag("text", line.label, x=x - 12, y=y - 4, text_anchor="end", class_="port"),
        class_=f"edge {line.kind} e{numbers[line.source]} e{numbers[line.target]}",
    )


def way(layout: Layout, number: int, line: Line) -> str:
    """From box to box, straight through the lanes of the columns between; backwards around the boxes."""
    x, y = layout.spots[line.source].x + WIDE, layout.ends[number, "out"]
    end, height = layout.spots[line.target].x - 7, layout.ends[number, "in"]
    steps = [f"M{x:g} {y:g}"]
    for lane in layout.lanes.get(number, ()):
        level = lane.y + lane.height / 2
        steps.append(curve(x, y, lane.x, level) + f"H{lane.x + WIDE:g}")
        x, y = lane.x + WIDE, level
    return "".join([*steps, curve(x, y, end, height)])


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """A line that leaves and arrives level."""
    bend = (x2 - x1) / 2 if x2 > x1 else 70.0
    return f"C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"


WORDS = {"sure": "", "perhaps": " (perhaps)", "refused": " (refused by the mesh)", "stop": " (stopped)"}
WORDS |= {kind: f" ({kind})" for kind in ("opened", "closed", "kept")}


def box(layout: Layout, place: Place, paint: Paint, number: int) -> Markup:
    """A place: its name, what it needs and has, and whether it is open."""
    spot = layout.spots[place]
    return tag(
        "g",
        tag("title", str(place)),
        tag("rect", x=spot.x, y=spot.y, width=WIDE, height=spot.height, rx=6, class_="box"),
        *(outside(place, spot) if place.is_outside else inside(place, spot, paint)),
        tabindex=0,
        role="img",
        aria_label="; ".join(
            [str(place), *paint.basics.get(place, ()), *([openness(place)] if openness(place) else [])]
        ),
        class_=f"place p{number}{' outside' if place.is_outside else ''}",
    )


def inside(place: Place, spot: Spot, paint: Paint) -> list[Markup]:
    """What stands in the box of pods of the tree."""
    kind, _, name = place.name.partition(" ")
    where = "" if paint.home == place.namespace else f" of {place.namespace}"
    under = " · ".join([f"{kind}{where}", *(f"✓ {word}" for word in paint.basics.get(place, ()))])
    style = paint.colors.style(f"{place.namespace}/")
    top = spot.y + (spot.height - HEAD) / 2
    return [
        tag("rect", x=spot.x, y=spot.y, width=5, height=spot.height, rx=2.5, class_="stripe", style=style),
        *written(name, spot.x + 14, top + 22, 1),
        tag("text", under, x=spot.x + 14, y=top + 40, class_="basics"),
        tag("text", openness(place), x=spot.x + WIDE - 8, y=top + 40, text_anchor="end", class_="open"),
    ]


def outside(place: Place, spot: Spot) -> list[Markup]:
    """What stands in the box of others: a name in up to two lines."""
    middle = spot.y + spot.height / 2
    return written(place.name, spot.x + 14, middle + (4 if len(place.name) <= LETTERS else -4), 2)


def openness(place: Place) -> str:
    """Whether no policy isolates it, in words."""
    if place.is_outside or not (place.takes_all or place.sends_all):
        return ""
    return "open" if place.takes_all and place.sends_all else ("lets all in" if place.takes_all else "calls all")


def written(name: str, x: float, y: float, most: int) -> list[Markup]:
    """A name in as many lines as it needs and may have."""
    lines = wrap(name, LETTERS, break_long_words=True, max_lines=most, placeholder="…") or [name]
    return [tag("text", line, x=x, y=y + 15 * number, class_="name") for number, line in enumerate(lines)]
