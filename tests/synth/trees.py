"""Trees of constructs to write, and what lies in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bayplan.render  # noqa: F401 - chooses Node, so it has to come before cdk8s, which starts it

# isort: split
import cdk8s
from constructs import Construct

from bayplan.render.api_object import ApiObject, Folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def settings(name: str, *, namespace: str = "shop", **data: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data or {"colour": "blue"},
    }


def tree(*bodies: dict[str, Any], folder: str = "lab/apps/shop", into: cdk8s.App | None = None) -> cdk8s.App:
    """An app with one chart, or one chart more."""
    app = into or cdk8s.App()
    scope: Construct = app
    *above, last = folder.split("/")
    for segment in above:
        found = scope.node.try_find_child(segment)
        scope = found if isinstance(found, Construct) else Construct(scope, segment)
    chart = Folder(scope, last)
    for number, body in enumerate(bodies, 1):
        ApiObject(chart, f"{body['kind']}-{number}", body=body, origin=f"apps/shop.py#L{number}")
    return app


def of_somebody_else(name: str) -> cdk8s.App:
    """A chart that knows nothing of bayplan."""
    app = cdk8s.App()
    metadata = cdk8s.ApiObjectMetadata(name=name)
    cdk8s.ApiObject(cdk8s.Chart(app, "theirs"), "settings", api_version="v1", kind="ConfigMap", metadata=metadata)
    return app


def many(count: int) -> Iterable[dict[str, Any]]:
    return (settings(f"settings-{number:02}") for number in range(count))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; symlinks are looked at, not followed."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
