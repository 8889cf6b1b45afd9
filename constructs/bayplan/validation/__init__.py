"""What is judged: findings about any tree of manifests, rendered by bayplan or not.

    from bayplan.validation import check

    for finding in check([{"apiVersion": "v1", "kind": "Service", ...}, ...]):
        print(finding.rule, finding.ref, finding.message)

Importing it starts nothing and reads nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in cli/run.py: nothing has to be imported for a name
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding
    from bayplan.validation.settings import External

__all__ = ["check"]


def check(
    objects: Iterable[Mapping[str, Any] | Manifest],
    *,
    base: Iterable[Mapping[str, Any] | Manifest] | None = None,
    cluster: Cluster | None = None,
    externals: Iterable[External | Mapping[str, Any]] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> list[Finding]:
    """Everything that is wrong with some objects, sorted.

    `objects` are plain data as a YAML reader gives them, or `Manifest`s; `base` the same at an earlier revision, for
    rules about changes; `cluster` the spec of the cluster that they are for; `externals` what is there although it is
    not among them (`{"kind": "Secret", "name": "model-*"}`); `select` and `ignore` name rules by code, prefix, family
    or row. Nothing is read from disk, and no clock is asked: waivers never end here.
    """
    from bayplan.validation.library import check_objects  # noqa: PLC0415 - the rooms import this package first

    return check_objects(objects, base=base, cluster=cluster, externals=externals, select=select, ignore=ignore)
