"""The README's scenario in ten lines works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.scene import Scene


def test_the_scenario_of_the_readme_runs(lab: Scene) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", Path(__file__).with_name("README.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - it is our own page
    names["test_a_label_reaches_the_cluster"](lab)
