"""Who reaches whom as a page: a picture for each app, what is stopped, and every flow as a table.

Needs no network and no script, follows the browser's light and dark, can be walked through with the keyboard, and says
everything in words, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.report.html.colors import colors
from bayplan.report.html.graph_app import app, many
from bayplan.report.html.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.report.html.colors import Colors
    from bayplan.validation.reachability.flows import Flow, Graph, Stopped

HERE = Path(__file__).parent
KEYS = (
    ("", "gets through"),
    ("perhaps", "perhaps: labels or addresses that the tree does not show decide"),
    ("refused", "refused by a policy of the mesh"),
    ("stop", "must get through and is stopped"),
)


def render(graphs: Sequence[Graph]) -> str:
    """The whole page."""
    painted = colors(f"{place.namespace}/" for graph in graphs for place in graph.places if not place.is_outside)
    names = [graph.cluster or "tree" for graph in graphs]
    style = Markup((HERE / "plan.css").read_text() + (HERE / "graph.css").read_text())
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"Who reaches whom in {', '.join(names)}"),
        tag("style", style),
    )
    links = [tag("a", name, href=f"#c{number}") for number, name in enumerate(names)]
    body = tag(
        "body",
        tag(
            "header",
            tag("h1", "Who reaches whom"),
            tag("nav", *links, aria_label="Clusters") if len(links) > 1 else None,
            class_="page",
        ),
        tag("main", *(cluster(graph, painted, f"c{number}") for number, graph in enumerate(graphs))),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def cluster(graph: Graph, painted: Colors, key: str) -> Markup:
    """One cluster: what is stopped, the apps, the table."""
    inner = [place for place in graph.places if not place.is_outside]
    apps = sorted({place.namespace for place in inner})
    drawn = {place.namespace for flow in graph.flows for place in (flow.source, flow.target)}
    drawn |= {place.namespace for stop in graph.stopped for place in (stop.source, stop.target)}
    drawn |= {place.namespace for place in inner if not (place.takes_all and place.sends_all)}
    facts = f"{many(len(inner), 'kind')} of pods in {many(len(apps), 'namespace')}, {many(len(graph.flows), 'flow')}"
    return tag(
        "section",
        tag("h2", graph.cluster or "tree", tag("small", facts)),
        alarm(graph.stopped)
        if graph.stopped
        else tag("p", "All that is known to be needed gets through.", class_="note"),
        tag("h3", "App by app"),
        tag("ul", *(tag("li", tag("span", class_=f"key {kind}"), said) for kind, said in KEYS), class_="legend"),
        tag(
            "p",
            "From left to right: who comes in, the pods of the app, whom they call. Point at a box, or go to it with "
            "the tab key, to see its lines alone. Open is what no policy isolates: it reaches all that is open, too, "
            "which is not drawn. ✓ names and ✓ istiod: the cluster's DNS and the mesh's control plane are in reach.",
            class_="note",
        ),
        *(
            app(graph, namespace, painted, f"{key}a{number}")
            for number, namespace in enumerate(apps)
            if namespace in drawn
        ),
        openly(graph, [namespace for namespace in apps if namespace not in drawn]),
        tag(
            "details",
            tag("summary", "every flow as a table"),
            tag("div", table(graph.flows), class_="wide"),
            class_="all",
        ),
        id=key,
        class_="cluster",
    )


def openly(graph: Graph, namespaces: Sequence[str]) -> Markup | None:
    """Namespaces of which no policy says anything: named, not drawn."""
    if not namespaces:
        return None
    items = [
        tag("li", tag("b", namespace or "no namespace"), " ", ", ".join(sorted(names_in(graph, namespace))))
        for namespace in namespaces
    ]
    head = tag(
        "header", tag("h4", "Open"), tag("p", "no policy isolates these pods: they reach each other on every port")
    )
    return tag("section", head, tag("ul", *items, class_="openly"), class_="app")


def names_in(graph: Graph, namespace: str) -> set[str]:
    """The names of the pods of a namespace, without their kinds."""
    return {place.name.partition(" ")[2] for place in graph.places if place.namespace == namespace}


def alarm(stopped: Sequence[Stopped]) -> Markup:
    """What must get through and does not."""
    items = [
        tag(
            "li",
            tag("b", str(one.source)),
            " to ",
            tag("b", str(one.target)),
            f" on {one.ports}{'' if one.is_sure else ', perhaps'}: {one.why}; stopped by {', '.join(one.policies)} (",
            tag("code", one.rule),
            ")",
        )
        for one in stopped
    ]
    return tag("div", tag("h3", "Stopped"), tag("ul", *items), class_="alarm")


def table(flows: Sequence[Flow]) -> Markup:
    """All flows, by target."""
    rows = [
        tag(
            "tr",
            tag("td", str(flow.target)),
            tag("td", str(flow.source)),
            tag("td", flow.ports),
            tag("td", because(flow)),
        )
        for flow in sorted(flows, key=lambda one: (one.target, one.source))
    ]
    head = tag("tr", *(tag("th", name, scope="col") for name in ("to", "from", "ports", "by")))
    return tag("table", tag("caption", "What gets through"), tag("thead", head), tag("tbody", *rows), class_="flows")


def because(flow: Flow) -> str:
    """The policies that let it through, and those of the mesh that do not."""
    by = ", ".join(flow.policies) + ("" if flow.is_sure else " (perhaps)")
    return f"{by}; refused by {', '.join(flow.refused_by)}" if flow.refused_by else by
