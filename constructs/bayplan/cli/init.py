"""`bayplan init`: a new repository, with one app, one cluster and its pipelines."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bayplan.cli.asking import Question, answered, may_ask, remote_of
from bayplan.cli.command import WELL, Command, Options
from bayplan.cli.progress import tell
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from bayplan.scaffold.file import File
    from bayplan.scaffold.repository import Beginning

OURS = ("apps", "clusters", "dist")
"""Folders that hold nothing but what bayplan is told and what it makes of that."""


class InitOptions(Options):
    """Options of `init`."""

    folder: Path
    name: str | None
    forge: str | None
    url: str | None
    team: str
    cluster: str
    owner: str | None
    yes: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `init`."""
    from bayplan.scaffold.forges import NAMES

    add = parser.add_argument
    add("folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="where it goes (default: here)")
    add("--name", metavar="APP", help="name of the first app (default: hello)")
    add("--forge", help=f"where its pipelines run: {', '.join(NAMES)} (default: by the remote, else github)")
    add("--url", help="where Flux will read the repository (default: git's remote)")
    add("--team", default="platform", help="who answers for the app (default: platform)")
    add("--cluster", default="prod", help="name of the first cluster (default: prod)")
    add("--owner", help="who has to agree to changes, as CODEOWNERS names people (default: @<owner of url>/<team>)")
    add("--yes", action="store_true", help="ask nothing: take the defaults")


def run(options: InitOptions) -> int:
    """Write a repository that plans, renders and checks well; nothing where a file stands in the way."""
    from bayplan.cli.scaffolded import show
    from bayplan.scaffold.forges import forge_of
    from bayplan.scaffold.place import judge, place
    from bayplan.scaffold.repository import new

    folder = options.folder.absolute()
    said = asked(options, folder)
    files = new(said)
    judge(folder, files)
    rendered = first_synth(files)
    refuse_strangers(folder, {file.path for file in (*files, *rendered)})
    placed = place(folder, (*files, *rendered))
    steps = (
        f"Make apps/{said.app}.yaml and clusters/{said.cluster}/cluster.yaml yours, then: bayplan synth",
        forge_of(said.forge).once,
    )
    show(options, folder, placed, steps)
    return WELL


def asked(options: InitOptions, folder: Path) -> Beginning:
    """What is to be known, from flags, from the person, or by default."""
    from bayplan.scaffold.forges import NAMES, detected
    from bayplan.scaffold.repository import Beginning
    from bayplan.spec.name import GitUrl, Name

    ask, remote = may_ask(yes=options.yes), remote_of(folder)
    name = Question(flag="--name", asks="What is the first app called?", default="hello", check=by_word(Name))
    forge = Question(
        flag="--forge",
        asks="Where do pipelines run?",
        default=detected(folder, remote),
        check=lambda text: "" if text in NAMES else f"is none of {', '.join(NAMES)}",
        choices=NAMES,
    )
    place = f"https://git.example.com/platform/{folder.name or 'platform'}.git"
    url = Question(
        flag="--url", asks="Where will Flux read the repository?", default=remote or place, check=by_word(GitUrl)
    )
    app = answered(name, options.name, ask=ask)
    runs_on = answered(forge, options.forge, ask=ask)
    where = answered(url, options.url, ask=ask)
    for flag, value in (("--team", options.team), ("--cluster", options.cluster)):
        answered(Question(flag=flag, asks="", default="", check=by_word(Name)), value, ask=False)
    owner = Question(flag="--owner", asks="", default=owner_of(where, options.team), check=owner_word)
    return Beginning(
        app=app,
        team=options.team,
        cluster=options.cluster,
        url=where,
        owner=answered(owner, options.owner, ask=False),
        forge=runs_on,
    )


def by_word(word: Any) -> Callable[[str], str]:  # noqa: ANN401 - pydantic's adapters take any annotated type
    """What a word of our own says about a text."""

    def check(text: str) -> str:
        from pydantic import TypeAdapter, ValidationError

        try:
            TypeAdapter(word).validate_python(text)
        except ValidationError as error:
            return error.errors()[0]["msg"]
        return ""

    return check


def owner_of(url: str, team: str) -> str:
    """Who answers for a repository, by its URL."""
    above = url.partition("://")[2].split("/")[1:-1]
    return f"@{above[0]}/{team}" if above and not owner_word(f"@{above[0]}/{team}") else f"@{team}"


def owner_word(text: str) -> str:
    """What is wrong with an owner."""
    import re

    fine = re.fullmatch(r"@[\w.-]+(/[\w.-]+)*|[\w.+-]+@[\w.-]+", text, re.ASCII)
    return "" if fine else "is no owner: write @person, @group/team or an address"


def first_synth(files: Sequence[File]) -> tuple[File, ...]:
    """What bayplan makes of the files, in a place that is gone afterwards: the plan and dist/."""
    from bayplan import pipeline
    from bayplan.scaffold.file import File
    from bayplan.scaffold.place import place

    with TemporaryDirectory(prefix="bayplan-") as name:
        root = Path(name).resolve()
        place(root, files)
        before = {file.path for file in files}
        platform = pipeline.load(root, tell)
        pipeline.synth(platform, pipeline.place(platform, tell), (root / "dist",), lambda *_: None)
        made = sorted(path for path in root.rglob("*") if path.is_file())
        made = [path for path in made if path.relative_to(root).as_posix() not in before]
        return tuple(File(path=path.relative_to(root).as_posix(), text=path.read_text("utf-8")) for path in made)


def refuse_strangers(folder: Path, ours: set[str]) -> None:
    """BadInput where apps/, clusters/ or dist/ hold what we have not written: then the repository has begun already."""
    strangers = sorted(path for path in _files(folder) if path not in ours)
    if strangers:
        fix = "Work on it as it is: bayplan synth. For a repository that bayplan does not render: bayplan adopt."
        what = "is there already: this repository has begun"
        raise BadInput([Complaint(file=path, line=0, what=what, fix=fix) for path in strangers[:5]])


def _files(folder: Path) -> Iterator[str]:
    for name in OURS:
        if (folder / name).is_dir():
            found = (path for path in (folder / name).rglob("*") if "__pycache__" not in path.parts)
            yield from (path.relative_to(folder).as_posix() for path in found if not path.is_dir())


COMMAND = Command(
    example="bayplan init platform --name chat --forge gitlab --url https://git.example.com/ai/platform.git",
    options=InitOptions,
    declare=declare,
    run=run,
)
