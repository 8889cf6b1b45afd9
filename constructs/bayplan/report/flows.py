"""Who reaches whom as one JSON document; `schemas/bayplan/graph.json` is its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bayplan.report.json import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.validation.reachability.flows import Graph, Place

TEXT: dict[str, Any] = {"type": "string"}
FLAG: dict[str, Any] = {"type": "boolean"}
NAMES: dict[str, Any] = {"type": "array", "items": TEXT}
PLACE: dict[str, dict[str, Any]] = {
    "name": TEXT | {"description": "`shop/web`; of others, what a policy or a route says of them."},
    "namespace": TEXT | {"description": "Empty for whoever is not in the tree."},
    "outside": FLAG | {"description": "Whether it is not in the tree."},
    "takes_all": FLAG | {"description": "No policy isolates it for what comes in."},
    "sends_all": FLAG | {"description": "No policy isolates it for what goes out."},
}
FLOW: dict[str, dict[str, Any]] = {
    "from": TEXT | {"description": "Name of a place; `everybody` is also every place that sends all."},
    "to": TEXT | {"description": "Name of a place."},
    "ports": TEXT | {"description": "`TCP 8080, UDP 53`, `TCP http`, `every port`."},
    "policies": NAMES | {"description": "The policies that let it through."},
    "sure": FLAG | {"description": "Whether the tree shows all labels that decide."},
    "refused_by": NAMES | {"description": "Policies of the mesh that refuse it all the same."},
}
STOPPED: dict[str, dict[str, Any]] = {
    "from": TEXT,
    "to": TEXT,
    "ports": TEXT,
    "why": TEXT | {"description": "How it is known that it must get through."},
    "policies": NAMES | {"description": "The policies that isolate the side that stops it."},
    "rule": TEXT | {"pattern": "^RCH[0-9]{3}$"},
    "sure": FLAG,
}


def render(graphs: Sequence[Graph]) -> str:
    """The text of the document."""
    return json.dumps({"clusters": [cluster(graph) for graph in graphs]}, indent=2, ensure_ascii=False)


def cluster(graph: Graph) -> dict[str, Any]:
    """One cluster as plain data."""
    return {
        "cluster": graph.cluster,
        "places": [place(one) for one in graph.places],
        "flows": [
            {
                "from": str(one.source),
                "to": str(one.target),
                "ports": one.ports,
                "policies": plain(one.policies),
                "sure": one.is_sure,
                "refused_by": plain(one.refused_by),
            }
            for one in graph.flows
        ],
        "stopped": [
            {
                "from": str(one.source),
                "to": str(one.target),
                "ports": one.ports,
                "why": one.why,
                "policies": plain(one.policies),
                "rule": one.rule,
                "sure": one.is_sure,
            }
            for one in graph.stopped
        ],
    }


def place(one: Place) -> dict[str, Any]:
    """One place as plain data."""
    return {
        "name": str(one),
        "namespace": one.namespace,
        "outside": one.is_outside,
        "takes_all": one.takes_all and not one.is_outside,
        "sends_all": one.sends_all and not one.is_outside,
    }


def schema() -> str:
    """The JSON Schema of the document, draft 2020-12."""
    parts = {"places": whole(PLACE), "flows": whole(FLOW), "stopped": whole(STOPPED)}
    lists: dict[str, Any] = {key: {"type": "array", "items": part} for key, part in parts.items()}
    one = whole({"cluster": TEXT | {"description": "Empty for a tree that shows none."}, **lists})
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Who reaches whom, as `bayplan graph --json` prints it",
        "description": "A place that sends all reaches every place that takes all, on every port: no flow says so.",
        **whole({"clusters": {"type": "array", "items": one}}),
    }
    return json.dumps(body, indent=2) + "\n"


def whole(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An object with all of its fields, and no others."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
