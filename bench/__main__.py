"""How fast bayplan is against its peers, as ratios: `make bench`, or `python -m bench [--rounds 5]`.

A ratio says more than a time: both sides do the same work on the same machine, in turns. Nothing here fails for being
slow; the exit code is 1 only when a side is broken or does not do what it should.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bench.contests import contests
from bench.machine import describe

if TYPE_CHECKING:
    from bench.race import Race

HEADING = f"{'':<38}{'ours best':>11}{'median':>9}{'peer best':>11}{'median':>9}{'ratio':>8}{'aim':>6}"


def main(arguments: list[str]) -> int:
    """Run all races and print one line each, as it ends."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ratios of bayplan to its peers.")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side, after a warm-up (default: 5)")
    rounds = parser.parse_args(arguments).rounds
    print(describe(), end="\n\n")
    print(HEADING)
    for contest in contests(rounds):
        print(line(contest.run()), flush=True)
    print("\nBest of the rounds and their median, in seconds from start to exit; the ratio is that of the best.")
    return 0


def line(race: Race) -> str:
    """One race as a row of the table."""
    ours, theirs = race.best(race.ours), race.best(race.theirs)
    return (
        f"{race.title:<38}{ours:>11.3f}{race.median(race.ours):>9.3f}{theirs:>11.3f}{race.median(race.theirs):>9.3f}"
        f"{ours / theirs:>8.2f}{race.aim:>6.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
