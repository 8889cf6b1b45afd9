"""What a scenario needs that is built, or the reason why it is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bayplan.complaint import BadInput
from bayplan.lab.lab import PROGRAMS
from bayplan.lab.operators.start import runnable
from bayplan.lab.parts import find_parts

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def skip_unless_built(root: Path, controllers: Collection[str]) -> None:
    """Skip where a lab cannot start, has no CRDs of these controllers, or where one that it could run is not built."""
    parts, absent = find_parts(root), list[str]()
    try:
        for name in PROGRAMS:
            parts.binary(name)
        parts.crds(controllers)
    except BadInput as bad:
        pytest.skip(str(bad))
    runnable(parts, controllers, lambda _, why: absent.append(why))
    if absent:
        pytest.skip("; ".join(absent))
