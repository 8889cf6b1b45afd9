"""Parse, call, leave."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayplan.cli import check, doctor, explain, plan, schema, synth
from bayplan.cli.command import BAD_INPUT, INTERRUPTED, Command, Options
from bayplan.complaint import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: tuple[Command[Any], ...] = (
    plan.COMMAND,
    synth.COMMAND,
    check.COMMAND,
    explain.COMMAND,
    schema.COMMAND,
    doctor.COMMAND,
)
"""In the order in which a day's work uses them."""

EXIT_CODES = "exit codes: 0 well, 1 findings, 2 bad input (nothing was written)"


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    command, options = parse(arguments)
    try:
        return int(command.run(options))
    except BadInput as bad:
        print(bad, file=sys.stderr)
        print(f"\n{len(bad.complaints)} to mend; nothing was written", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was half written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone (`| head`): that is no error, and Python must not complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def parse(arguments: Sequence[str]) -> tuple[Command[Any], Options]:
    """The command that was asked for, and its options; leaves with 2 where they make no sense."""
    parser = build_parser()
    chosen = parser.parse_args(arguments)
    if not hasattr(chosen, "command"):
        parser.print_help()
        raise SystemExit(0)
    command: Command[Any] = chosen.command
    options = parser.parse_args(arguments, namespace=command.options())
    options.color = not options.no_color and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    options.root = find_root(options.root)
    return command, options


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="bayplan",
        description="Plan, render and prove an AI platform on Kubernetes: from apps/ and clusters/ to a dist/ that Flux can sync.",
        epilog=f"bayplan COMMAND --help shows an example. {EXIT_CODES}",
    )
    parser.add_argument("--version", action=PrintVersion, nargs=0, help="print the version and leave")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in COMMANDS:
        declared = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            epilog=f"example:\n  {command.example}\n\n{EXIT_CODES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        declared.set_defaults(command=command)
        declared.add_argument(
            "--root", type=Path, help="the repository (default: the nearest folder above that holds clusters/)"
        )
        declared.add_argument("--json", action="store_true", help="print one JSON document, for tools")
        declared.add_argument("--no-color", action="store_true", help="no colour, also on a terminal")
        command.declare(declared)
    return parser


class PrintVersion(argparse.Action):
    """`--version`, which looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and leave."""
        print(f"bayplan {version('bayplan')}")
        parser.exit()


def find_root(given: Path | None) -> Path:
    """The repository: as given, or the nearest folder from here upwards that holds clusters/; else here."""
    if given is not None:
        return given.resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "clusters").is_dir()), here)
