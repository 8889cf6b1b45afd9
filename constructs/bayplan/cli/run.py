"""Parse, call, leave."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the 8 ms of importing typing: `bayplan --help` is half of that
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from bayplan.cli.command import Command, Options

COMMANDS = {
    "init": "begin a repository: one app, one cluster, and its pipelines",
    "adopt": "put check and review on a repository whose manifests others make",
    "plan": "decide which workload runs on which node pool, and what it costs",
    "verify": "judge the committed plans by what is asked for today, without a solver",
    "nodes": "say which nodes have to be made, as a table or as data for Terraform",
    "synth": "plan, render and check everything: writes dist/ for Flux",
    "check": "find what breaks in dist/, or in any tree of YAML for Kubernetes",
    "review": "say what a change does: what restarts, what is deleted, what cannot be applied, what it costs",
    "comment": "say on the pull request what a review says: one comment, edited in place, and a commit status",
    "graph": "show who reaches whom on which port, and which policy says so",
    "explain": "say why a workload runs where it runs, or what a rule means",
    "rule": "list the rules of check, or begin a new one",
    "schema": "write the JSON Schemas of app and cluster files, for editors",
    "lab": "try a cluster on this machine: real control plane, scheduler and Flux, simulated nodes",
    "doctor": "say which parts are there, in which version, and what to do about the others",
}
"""Name and summary, in the order of a day's work; `cli/<name>.py` holds the rest and is imported when it is called."""

EXIT_CODES = "exit codes: 0 well, 1 findings, 2 bad input (nothing was written)"


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        return show_overview(arguments)
    from bayplan.cli.command import BAD_INPUT, INTERRUPTED
    from bayplan.complaint import BadInput

    command: Command[Any] = import_module(f"bayplan.cli.{arguments[0]}").COMMAND
    try:
        return int(command.run(parse(arguments[0], command, arguments[1:])))
    except BadInput as bad:
        print(f"{bad}\n\n{len(bad.complaints)} to mend; nothing was written", file=sys.stderr)
        return BAD_INPUT
    except (KeyboardInterrupt, ImportError) as end:
        if not is_interruption(end):
            raise
        print("\ninterrupted; nothing was half written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone (`| head`): that is no error, and Python must not complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def is_interruption(end: BaseException | None) -> bool:
    """Whether somebody has pressed ctrl-C: a compiled module that is just being imported makes an ImportError of it."""
    while end is not None and not isinstance(end, KeyboardInterrupt):
        end = end.__cause__ or end.__context__
    return end is not None


def show_overview(arguments: Sequence[str]) -> int:
    """`bayplan`, `bayplan --help`, `bayplan --version`, and what is no command (which leaves with 2)."""
    parser = argparse.ArgumentParser(
        prog="bayplan",
        description="Plan, render and prove an AI platform on Kubernetes:\n"
        "apps/ and clusters/ become a dist/ that Flux syncs.",
        epilog=f"bayplan COMMAND --help shows an example\n{EXIT_CODES}",
        formatter_class=format_help,
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False, formatter_class=format_help)
    if parser.parse_args(arguments).version:
        from importlib.metadata import version

        print(f"bayplan {version('bayplan')}")
    else:
        parser.print_help()
    return 0


def parse(name: str, command: Command[Any], arguments: Sequence[str]) -> Options:
    """The command's options; leaves with 2 where they make no sense."""
    from pathlib import Path

    summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"bayplan {name}",
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example:\n  {command.example}\n\n{EXIT_CODES}",
        formatter_class=format_help,
    )
    parser.add_argument(
        "--root", type=Path, help="the repository (default: the nearest folder above that holds clusters/)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document, for tools")
    parser.add_argument("--no-color", action="store_true", help="no colour, also on a terminal")
    command.declare(parser)
    options: Options = parser.parse_args(arguments, namespace=command.options())
    options.color = not options.no_color and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    options.root = options.root.resolve() if options.root else find_root(Path.cwd())
    return options


def format_help(prog: str) -> argparse.HelpFormatter:
    """100 columns everywhere: the same text on every machine, and no import of shutil (10 ms) to ask the terminal."""
    return argparse.RawDescriptionHelpFormatter(prog, width=100)


def find_root(here: Path) -> Path:
    """The nearest folder from here upwards that holds clusters/; else here."""
    return next((folder for folder in (here, *here.parents) if (folder / "clusters").is_dir()), here)
