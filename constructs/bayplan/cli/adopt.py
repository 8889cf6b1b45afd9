"""`bayplan adopt`: check and review for a repository whose manifests others make."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.cli.asking import Question, answered, may_ask, remote_of
from bayplan.cli.command import WELL, Command, Options
from bayplan.cli.progress import tell
from bayplan.complaint import refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.scaffold.forges import Forge

PATH = re.compile(r"\.|[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
"""A folder of manifests as pipelines name it: nothing that a shell would read otherwise, and nothing hidden."""


class AdoptOptions(Options):
    """Options of `adopt`."""

    folder: Path
    forge: str | None
    tree: str | None
    yes: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `adopt`."""
    from bayplan.scaffold.forges import NAMES

    add = parser.add_argument
    add("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="top of the repository (default: here)")
    add("--forge", help=f"where pipelines run: {', '.join(NAMES)} (default: by what is there, else github)")
    add("--tree", metavar="PATH", help="folder of the manifests in it (default: by the paths of Flux's Kustomizations)")
    add("--yes", action="store_true", help="ask nothing: take the defaults")


def run(options: AdoptOptions) -> int:
    """Write pipelines and a baseline of today's findings; nothing where a file stands in the way."""
    from bayplan.cli.scaffolded import show
    from bayplan.scaffold.forges import forge_of
    from bayplan.scaffold.place import place
    from bayplan.scaffold.repository import adopted

    folder = options.folder.absolute()
    if not folder.is_dir():
        raise refused(str(options.folder), "is no folder", "Name the top of a repository of manifests.")
    tree, name = asked(options, folder)
    forge = forge_of(name)
    text, found = baseline(folder, tree)
    has_pipelines = is_taken(folder, forge)
    placed = place(folder, adopted(tree, text, forge, has_pipelines=has_pipelines))
    steps = (
        forge.adopted if has_pipelines else "",
        f"{found} finding{'s' * (found > 1)} of today {'are' if found > 1 else 'is'} known: bayplan check {tree}"
        if found
        else "",
        "Say in .bayplan.yaml what charts, operators and other repositories make: bayplan check --help",
        forge.once,
    )
    show(options, folder, placed, steps)
    return WELL


def asked(options: AdoptOptions, folder: Path) -> tuple[str, str]:
    """The tree and the forge, from flags, from the person, or by what is there."""
    from bayplan.manifests.read import read_tree
    from bayplan.scaffold.forges import NAMES, detected
    from bayplan.scaffold.tree import tree_of

    def check(text: str) -> str:
        if not PATH.fullmatch(text):
            return "is no folder of manifests: write a path below the repository, with plain letters"
        return "" if (folder / text).is_dir() else "is not there"

    ask = may_ask(yes=options.yes)
    default = tree_of(folder, read_tree(folder).inventory.manifests) if options.tree is None else options.tree
    given = options.tree.removeprefix("./").rstrip("/") or "." if options.tree is not None else None
    where = Question(flag="--tree", asks="Which folder holds the manifests?", default=default, check=check)
    forge = Question(
        flag="--forge",
        asks="Where do pipelines run?",
        default=detected(folder, remote_of(folder)),
        check=lambda text: "" if text in NAMES else f"is none of {', '.join(NAMES)}",
        choices=NAMES,
    )
    return answered(where, given, ask=ask), answered(forge, options.forge, ask=ask)


def is_taken(folder: Path, forge: Forge) -> bool:
    """Whether the repository has a pipeline of its own where ours would stand; ours of an earlier run is none."""
    from bayplan.scaffold.repository import BASELINE

    mine = [folder / path for path in (forge.adopting or {}).values()]
    theirs = [folder / path for path in forge.judging.values()]
    if (folder / BASELINE).exists():
        return any(path.exists() for path in mine)
    return any(path.exists() for path in theirs)


def baseline(folder: Path, tree: str) -> tuple[str, int]:
    """What is known from today on, and how much that is; a baseline that is there already stays."""
    from bayplan import pipeline
    from bayplan.cli.check import clusters_around, settings_for
    from bayplan.scaffold.repository import BASELINE
    from bayplan.validation.baseline import read, write

    file = folder / BASELINE
    if file.is_file() and not file.is_symlink():
        text = file.read_text("utf-8", "replace")
        return text, len(read(text.encode(), BASELINE))
    path = folder / tree
    judged = pipeline.examine(path, clusters_around(path, folder), tell, settings=settings_for(path))
    return write(judged.findings), len(judged.findings)


COMMAND = Command(
    example="bayplan adopt . --forge gitlab --tree clusters",
    options=AdoptOptions,
    declare=declare,
    run=run,
)
