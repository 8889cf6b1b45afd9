"""CRD files as YAML 1.2: PyYAML's 1.1 stumbles over `=` in an enum and reads on, off and dates as something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Loader(yaml.CSafeLoader):
    """Only null, true, false and numbers are not text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way to say it
        first: [
            (tag, pattern) for tag, pattern in pairs if tag.rpartition(":")[2] not in {"value", "bool", "timestamp"}
        ]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))


def load_all(text: str) -> Iterator[Any]:
    """Every document of a file."""
    yield from yaml.load_all(text, Loader=_Loader)
