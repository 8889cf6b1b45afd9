"""Our side of the synth race: objects from JSON through our constructs to a tree that Flux can sync.

Run as `python -m bench.synth objects.json folder`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import bayplan.render  # noqa: F401 - chooses Node, so it has to come before cdk8s
import cdk8s
from bayplan.render.api_object import ApiObject, Folder
from bayplan.render.synth import synth

from constructs import Construct


def main(objects: Path, out: Path) -> None:
    """Build and write, as `bayplan synth` does after planning."""
    app = cdk8s.App()
    apps = Construct(Construct(app, "bench"), "apps")
    for name, bodies in json.loads(objects.read_text()).items():
        chart = Folder(apps, name)
        for body in bodies:
            ApiObject(chart, f"{body['kind']}-{body['metadata']['name']}", body=body)
    synth(app, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
