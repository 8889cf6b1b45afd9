"""Whether a file that cannot be read was ever meant to be applied.

Repositories hold much that ends in .yaml: settings of other programs, charts, and templates that are filled in first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.delivery import parents

if TYPE_CHECKING:
    from bayplan.manifests.inventory import Inventory
    from bayplan.validation.delivery import Delivery

MOST = 1 << 20
"""Bytes of a file that are looked at."""
SAYS_KIND = re.compile(rb"""(?m)^[ \t]*[-{]?[ \t]*["']?(?:apiVersion|kind)["']?[ \t]*:""")
IS_TEMPLATE = re.compile(rb"\{\{|\{%|<%|%\{ *(?:if|for)|\$\{[^}]*\?")
"""Marks of Go and Jinja templates, of ERB, and of Terraform's."""
TEMPLATE = "it may be a template, and nothing in this tree applies it"
"""Then what others need may stand in it all the same."""


def doubt_of(file: str, delivery: Delivery, reached: frozenset[str]) -> str:
    """Why a file may not be applied at all, in words; "" if nothing speaks for that.

    `reached` are the folders that Flux applies, whose every file it reads.
    """
    if why := delivery.doubt_of(file):
        return why
    if file in delivery.listed or any(folder in reached for folder in (*parents(file), "")):
        return ""
    if reached:
        return "nothing in this tree applies it"
    place = delivery.inventory.place
    if place is not None and any((place.root / folder / "Chart.yaml").is_file() for folder in parents(file)):
        return "it belongs to a chart"
    data = text_of(file, delivery.inventory)
    if data and not SAYS_KIND.search(data):
        return "it does not look like a manifest, and nothing in this tree applies it"
    return TEMPLATE if IS_TEMPLATE.search(data) else ""


def text_of(file: str, inventory: Inventory) -> bytes:
    """The beginning of a file; nothing where it cannot be opened."""
    if file in inventory.texts or inventory.place is None:
        return inventory.texts.get(file, "")[:MOST].encode(errors="replace")
    path = inventory.place.root / file
    try:
        if not path.is_file() or path.is_symlink():
            return b""
        with path.open("rb") as opened:
            return opened.read(MOST)
    except (OSError, ValueError):
        return b""


def reached_by_flux(delivery: Delivery) -> frozenset[str]:
    """The folders that Flux Kustomizations apply."""
    found = (delivery.folder_of(sync) for sync in delivery.syncs())
    return frozenset(folder for folder in found if folder is not None)
