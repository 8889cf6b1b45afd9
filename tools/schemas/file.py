"""How the files of schemas/ are written: the same bytes for the same content, on every machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tools.schemas.definitions import canonical

if TYPE_CHECKING:
    from pathlib import Path

    from tools.schemas.source import Schema

DRAFT = "http://json-schema.org/draft-07/schema#"
"""Said in every schema: kubeconform would take draft-04 otherwise."""


def write_schema(path: Path, schema: Schema) -> None:
    """One compact line: machines read it, and indenting costs half again as much, even packed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical({"$schema": DRAFT} | schema) + "\n", encoding="utf-8", newline="\n")


def write_index(path: Path, index: dict[str, Any]) -> None:
    """Indented: people look things up in it, and its diff tells what a new pin changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(index, sort_keys=True, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
