"""Judging a text: how the BAD and GOOD examples of a rule are tried, and how people try a rule of their own."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.manifests.yaml import read
from bayplan.validation.run import check
from bayplan.validation.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding


ON_A_DAY = Settings(today=date(2030, 1, 1))
"""Examples are tried on one day for ever, so that their waivers end or do not end."""
HEADING = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def findings_in(
    files: str | Mapping[str, str],
    *,
    cluster: Cluster | None = None,
    base: str | Mapping[str, str] | None = None,
    settings: Settings = ON_A_DAY,
) -> list[Finding]:
    """The findings in one text of YAML, or in several files of a tree (path to text), against those of a base.

    A text may hold several files, each below a line `# file: apps/web.yaml`.
    """
    tree, complaints = read_all(files_of(files))
    earlier = read_all(files_of(base))[0] if base is not None else None
    clusters = [cluster] if cluster else []
    return check(tree, clusters=clusters, complaints=complaints, base=earlier, settings=settings)


def files_of(files: str | Mapping[str, str]) -> Mapping[str, str]:
    """Path to text; a text without headings is one file."""
    if not isinstance(files, str):
        return files
    first, *rest = HEADING.split(files)
    return dict(zip(rest[::2], rest[1::2], strict=True)) if rest and not first.strip() else {"example.yaml": files}


def read_all(files: Mapping[str, str]) -> tuple[Inventory, list[Complaint]]:
    """The objects of some files, and what cannot be read."""
    manifests: list[Manifest] = []
    complaints: list[Complaint] = []
    for file, text in sorted(files.items()):
        try:
            documents = read(text.encode(), file=file)
        except BadInput as bad:
            complaints.extend(bad.complaints)
            continue
        manifests += [
            Manifest(
                ref=Ref.of(one.body),
                body=one.body,
                file=file,
                line=one.line,
                lines=one.lines,
                may_hold_null=one.has_null,
            )
            for one in documents
            if isinstance(one.body, dict)
        ]
    return Inventory(manifests=tuple(manifests), texts=files), complaints
