"""JSON Schemas of what people write, for editors: they complete keys, show what each does, and underline mistakes.

The judge is `load`, which also sees what no schema can say (limits below requests, callers that do not exist).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from bayplan.spec.app import App
from bayplan.spec.cluster import Cluster
from bayplan.spec.settings import Settings

if TYPE_CHECKING:
    from bayplan.spec.word import Word

FILES: dict[str, tuple[type[Word], str, dict[str, Any]]] = {
    "app.json": (
        App,
        "bayplan: an app (apps/*.yaml)",
        {
            "name": "shop",
            "team": "web",
            "workloads": [{"kind": "Service", "name": "front", "image": "registry.example.com/web/front:v1"}],
        },
    ),
    "settings.json": (
        Settings,
        "bayplan: how a repository is checked (.bayplan.yaml)",
        {
            "externals": [{"kind": "Secret", "name": "registry-*", "why": "made by the cluster's bootstrap"}],
            "makers": [
                {"kind": "Tenant.example.com", "makes": ["ServiceAccount", {"kind": "Secret", "name": "{name}-db"}]}
            ],
            "waivers": [
                {
                    "rule": "NET001",
                    "object": "Service chat/*",
                    "reason": "comes with the next release",
                    "until": "2027-01-31",
                }
            ],
        },
    ),
    "cluster.json": (
        Cluster,
        "bayplan: a cluster (clusters/<name>/cluster.yaml)",
        {
            "name": "lab",
            "region": "eu-central-1",
            "kubernetes": "1.37",
            "controllers": {"flux": "2.9", "istio": "1.31"},
            "source": {"url": "https://git.example.com/platform/bayplan.git"},
            "pools": [
                {"name": "general", "instance": "m7i.xlarge", "zones": ["a", "b"], "nodes": {"min": 2, "max": 6}}
            ],
        },
    ),
}
"""Word, title and example of each schema."""


def schemas() -> dict[str, str]:
    """Text of every schema by the name of its file, draft 2020-12."""
    return {name: _text(word, title, example) for name, (word, title, example) in FILES.items()}


def _text(word: type[Word], title: str, example: dict[str, Any]) -> str:
    schema = word.model_json_schema()
    for part in schema.get("$defs", {}).values():
        # in Python the class says the kind; in YAML somebody must
        is_one = "const" in part.get("properties", {}).get("kind", {})
        if is_one and "kind" not in part.get("required", []):
            part["required"] = ["kind", *part.get("required", [])]
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": title, "examples": [example]}
    return json.dumps(head | {key: value for key, value in schema.items() if key != "title"}, indent=2) + "\n"
