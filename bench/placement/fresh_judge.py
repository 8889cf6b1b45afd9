"""Judge a lock in a process that has done nothing else: `python -m bench.placement.fresh_judge ... PATH`.

Prints how long it took, what was broken, and whether a solver was imported on the way.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench.placement.instances import make
from bench.placement.question import problem
from bench.placement.stopwatch import Stopwatch

from bayplan.placement.verdict import judge

if TYPE_CHECKING:
    from bench.placement.instances import Mix

    from bayplan.placement.problem import Scheduler


def main(arguments: list[str]) -> int:
    """Mix, workloads, types, seed, scheduler, path of the lock."""
    mix, workloads, types, seed, scheduler, path = arguments
    asked = problem(make(int(workloads), int(types), int(seed), cast("Mix", mix)), cast("Scheduler", scheduler))
    watch = Stopwatch()
    verdict = judge(asked, Path(path))
    told = {
        **watch.stop().figures("judged"),
        "breaches": len(verdict.broken),
        "solver_imported": any(name.partition(".")[0] == "ortools" for name in sys.modules),
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
