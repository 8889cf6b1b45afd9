"""Write the review.md of scenarios anew: `python -m tests.scenarios.write [name ...]`; read them before you commit."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.scenarios.scenario import NAMES, Scenario

for name in sys.argv[1:] or NAMES:
    with TemporaryDirectory() as place:
        scenario = Scenario(name=name)
        text = scenario.markdown(scenario.repository(Path(place) / name))
    file = scenario.folder / "review.md"
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
        print(f"wrote {file}")
