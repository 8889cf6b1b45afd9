"""Placement against its peers: `make bench-placement`, or `python -m bench.placement [--quick] [--only ROW]`.

Every record is appended to build/bench/placement.jsonl as soon as it is measured. The tables are made from the latest
record of each instance and written into bench/placement/README.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import processor
from bench.placement import table
from bench.placement.record import Record, append, latest
from bench.placement.rows import ROWS

README = Path(__file__).parent / "README.md"


def main(arguments: list[str]) -> int:
    """Measure row by row; 1 when something could not be measured, and the rest is told all the same."""
    parser = argparse.ArgumentParser(prog="python -m bench.placement", description="Placement against its peers.")
    parser.add_argument("--quick", action="store_true", help="the smallest instances of each row; README.md stays")
    parser.add_argument("--only", action="append", choices=list(ROWS), metavar="ROW", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--seed", type=int, default=7, help="of the generator (default: 7)")
    parser.add_argument("--tell", action="store_true", help="measure nothing: write the tables of what was measured")
    asked = parser.parse_args(arguments)
    failed = 0
    for name in [] if asked.tell else asked.only or list(ROWS):
        failed += _measure(name, asked.seed, quick=asked.quick)
    text = table.render(latest())
    print(text)
    if not asked.quick:
        table.write(text, README)
    return 1 if failed else 0


def _measure(name: str, seed: int, *, quick: bool) -> int:
    """One row; how many of its cases could not be measured."""
    failed, row = 0, ROWS[name]
    run = f"{datetime.now(UTC):%Y-%m-%d}, {processor()}, {len(os.sched_getaffinity(0))} cores"
    for line, measure in row.measurements(seed, quick=quick):
        began = time.perf_counter()
        print(f"  {name}: {line}", end="", flush=True, file=sys.stderr)
        try:
            figures = dict(measure())
        except Exception as why:  # noqa: BLE001 - one contestant that fails must not cost the others' hours
            failed += 1
            print(f": failed: {type(why).__name__}: {why}", flush=True, file=sys.stderr)
            continue
        append(Record(row=name, instance=line, figures=figures, run=run))
        print(f": {time.perf_counter() - began:.0f} s", flush=True, file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
