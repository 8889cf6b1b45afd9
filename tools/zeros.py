"""Write review/values/zeros.json: the fields in which Kubernetes tells a zero from nothing, from its own types.

In Go such a field is a pointer: `replicas: 0` is kept and differs from no `replicas`. All other zeros, empty texts and
empty lists are left out when an object is stored. Reads the Go modules that the lab's API server is built from.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = ROOT / ".cache" / "go" / "pkg" / "mod" / "k8s.io"
TARGET = ROOT / "constructs" / "bayplan" / "review" / "values" / "zeros.json"
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"^\s*(?:(\w+)\s+)?(\*?[\w.\[\]]+)\s+`.*?json:\"([^\"]*)\".*?`", re.MULTILINE)
SOURCES = (
    ("api", "*/v*/types*.go"),
    ("apiextensions-apiserver", "pkg/apis/apiextensions/v1/types*.go"),
    ("apimachinery", "pkg/apis/meta/v1/types.go"),
    ("kube-aggregator", "pkg/apis/apiregistration/v1/types.go"),
)


def pointers() -> dict[str, list[str]]:
    """Type to its fields that are pointers, those of embedded types among them."""
    own: dict[str, set[str]] = {}
    embeds: dict[str, set[str]] = {}
    for module, pattern in SOURCES:
        newest = max(MODULES.glob(f"{module}@v0.37.*"))
        for file in sorted(newest.glob(pattern)):
            prefix = ".".join(file.parts[-3:-1])
            for name, body in STRUCT.findall(file.read_text()):
                fields = FIELD.findall(body)
                own[f"{prefix}.{name}"] = {
                    tag.split(",")[0] for _, kind, tag in fields if kind.startswith("*") and tag.split(",")[0]
                }
                embeds[f"{prefix}.{name}"] = {f"{prefix}.{kind}" for _, kind, tag in fields if not tag.split(",")[0]}
    return {name: sorted(fields.union(*(own.get(one, ()) for one in embeds[name]))) for name, fields in own.items()}


def named() -> set[str]:
    """Types that the schemas kept here know."""
    found: set[str] = set()
    for file in (ROOT / "schemas" / "kubernetes").glob("v1.*/*.json"):
        schema = json.loads(file.read_bytes())
        found |= schema["definitions"].keys()
        kind, group, version = (
            file.stem.split("-") if file.stem.count("-") == 2 else (file.stem.split("-")[0], "core", "v1")
        )
        found.add(f"{group}.{version}.{kind}")
    return found


def text() -> str:
    """The file as it should be."""
    known = {name.lower() for name in named()}
    found = {name: fields for name, fields in sorted(pointers().items()) if name.lower() in known}
    lines = (f"{json.dumps(name)}: {json.dumps(fields)}" for name, fields in found.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(text())
