"""What every command is asked that loads apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli.command import Options
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.spec.platform import Platform


class AppOptions(Options):
    """Options of every command that loads apps."""

    sandbox: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of every command that loads apps."""
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="run Python apps where they see nothing but apps/ and clusters/ and can reach nothing; refuse where this"
        " machine cannot (YAML apps run no code)",
    )


def load(options: AppOptions) -> Platform:
    """Read what people wrote. Raises BadInput."""
    return pipeline.load(options.root, tell, sandbox=options.sandbox)
