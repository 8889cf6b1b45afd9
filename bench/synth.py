"""Our side of the synth race: objects from JSON through our constructs to a tree that Flux can sync.

Run as `python -m bench.synth objects.json folder`.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path

import bayplan.render  # noqa: F401 - chooses Node, so it has to come before cdk8s

# isort: split
import cdk8s
from constructs import Construct

from bayplan.render.api_object import Folder, Part
from bayplan.render.synth import synth


def main(objects: Path, out: Path) -> None:
    """One construct a workload, as `bayplan synth` does after planning."""
    app = cdk8s.App()
    apps = Construct(Construct(app, "bench"), "apps")
    for name, bodies in json.loads(objects.read_text()).items():
        chart = Folder(apps, name)
        for workload, parts in groupby(bodies, lambda body: body["metadata"]["name"]):
            Part(chart, workload, bodies=parts)
    synth(app, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
