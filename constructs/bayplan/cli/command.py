"""What a command is."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WELL, FINDINGS, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes, for ever: scripts branch on them."""


class Options(argparse.Namespace):
    """What every command is given; commands add their own, typed."""

    root: Path
    """The repository: the folder that holds apps/ and clusters/."""
    json: bool
    """Print one JSON document on standard output instead of text."""
    color: bool
    """Colour: on a terminal, unless NO_COLOR is set or --no-color was given."""


OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[OptionsT]):
    """What stands behind a verb of the command line; name and summary are in `cli/run.py`."""

    example: str
    """A line that works in a repository like ours."""
    options: type[OptionsT]
    declare: Callable[[argparse.ArgumentParser], None]
    """Adds the command's own arguments; their defaults live here."""
    run: Callable[[OptionsT], int]
    """Does it, prints the result to standard output, and returns the exit code."""
