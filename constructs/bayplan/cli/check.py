"""`bayplan check`: what breaks, in any tree of manifests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli.command import FINDINGS, WELL, Command, Options
from bayplan.cli.progress import tell
from bayplan.complaint import refused

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from bayplan.report.findings.told import Told
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding
    from bayplan.validation.settings import Settings
    from bayplan.validation.waivers import Judgement

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
FAIL_ON = ("sync", "down", "loss", "risk", "unknown", "never")
TELLS_ALL = ("text", "markdown", "sarif")
"""Forms that say themselves what was not checked."""


class CheckOptions(Options):
    """Options of `check`."""

    path: Path | None
    format: str | None
    fail_on: str
    select: list[str]
    ignore: list[str]
    since: str
    base: Path | None
    baseline: Path | None
    write_baseline: Path | None
    settings: Path | None
    today: str
    explain: bool
    all: bool


def declare(parser: ArgumentParser) -> None:
    """Arguments of `check`."""
    add = parser.add_argument
    add("path", nargs="?", type=Path, help="folder or file to judge (default: dist/ of the repository)")
    add("--format", choices=FORMATS, help="how findings are told (default: text)")
    add("--fail-on", choices=FAIL_ON, default="risk", help="least severity that ends with exit code 1 (default: risk)")
    add("--select", action="append", default=[], metavar="RULES", help="only these: codes, prefixes, families, rows")
    add("--ignore", action="append", default=[], metavar="RULES", help="all but these")
    add(
        "--since", default="", metavar="REV", help="only what changed since a revision of git, and what the change does"
    )
    add("--base", type=Path, metavar="DIR", help="compare with the same tree in another folder")
    add("--baseline", type=Path, metavar="FILE", help="leave out what this file knows")
    add("--write-baseline", type=Path, metavar="FILE", help="write such a file of all that is found now")
    add("--settings", type=Path, metavar="FILE", help="externals, makers and waivers (default: .bayplan.yaml)")
    add("--today", default="", metavar="DAY", help="what waivers are measured by: 2027-01-31 (default: the clock)")
    add("--explain", action="store_true", help="print the reasons of each rule, too")
    add("--all", action="store_true", help="list what is unknown, too")


def run(options: CheckOptions) -> int:
    """Judge a tree; the repository's clusters are known to it when the tree lies in the repository."""
    from bayplan.validation.selection import selected

    name = form_of(options)
    path = options.path.absolute() if options.path else options.root / "dist"
    chosen = selected(options.select, options.ignore)
    if options.since and options.base:
        raise refused("--base", "stands beside --since", "Compare with a revision or with a folder.")
    judged = pipeline.examine(
        path,
        clusters_around(path, options.root),
        tell,
        settings=settings_for(path, options.settings, options.today),
        since=options.since,
        base=options.base,
    )
    if options.write_baseline:
        return write_baseline(options.write_baseline, only(judged.findings, chosen))
    told = told_of(judged, chosen, path, options)
    from bayplan.report.findings.told import form

    print(form(name).render(told))
    if told.not_checked and name not in TELLS_ALL:
        print(f"not checked: {', '.join(told.not_checked)}, which need --since REV", file=sys.stderr)
    return FINDINGS if fails(told.findings, options.fail_on) else WELL


def form_of(options: CheckOptions) -> str:
    """The form that is asked for."""
    if options.json and options.format not in (None, "json"):
        raise refused("--json", f"stands beside --format {options.format}", "Leave one of them out.")
    return "json" if options.json else options.format or "text"


def told_of(judged: Judgement, chosen: frozenset[str], path: Path, options: CheckOptions) -> Told:
    """What is to be told: of the rules that are chosen, and not in the baseline."""
    from bayplan.manifests.git import top_of
    from bayplan.report.findings.told import Told
    from bayplan.validation.baseline import compare, read

    entries = read(bytes_of(options.baseline), str(options.baseline)) if options.baseline else ()
    compared = compare(only(judged.findings, chosen), entries)
    root = path if path.is_dir() else path.parent
    top = (top_of(root) or Path.cwd()).resolve()
    inside = root.resolve().is_relative_to(top)
    below = root.resolve().relative_to(top).as_posix() if inside else "."
    return Told(
        findings=compared.new,
        waived=tuple(one for one in judged.waived if one.finding.rule in chosen),
        not_checked=tuple(code for code in judged.not_checked if code in chosen),
        known=compared.known,
        mended=tuple(f"{entry.rule} {entry.object}" for entry in compared.gone if entry.rule in chosen),
        root=root,
        prefix="" if below == "." else f"{below}/",
        color=options.color,
        all=options.all,
        explain=options.explain,
    )


def only(findings: Sequence[Finding], chosen: frozenset[str]) -> tuple[Finding, ...]:
    """The findings of the rules that are chosen."""
    return tuple(finding for finding in findings if finding.rule in chosen)


def fails(findings: Sequence[Finding], least: str) -> bool:
    """Whether anything is bad enough; a rule that failed always is, what is unknown only where that is asked."""
    from bayplan.validation.finding import Severity, Status

    if least in ("unknown", "never"):
        return least == "unknown" and bool(findings)
    limit = Severity[least.upper()]
    return any(
        one.status is Status.ERROR or (one.status is Status.BROKEN and one.severity >= limit) for one in findings
    )


def write_baseline(file: Path, findings: Sequence[Finding]) -> int:
    """Write down what is found."""
    from bayplan import atomic_file
    from bayplan.validation.baseline import write

    try:
        atomic_file.write(file, write(findings))
    except OSError as error:
        raise refused(
            str(file), f"cannot be written: {error.strerror}", "Name a file in a folder that is there."
        ) from error
    print(f"{file}: {len(findings)} findings are known from now on")
    return WELL


def settings_for(path: Path, said: Path | None = None, on: str = "") -> Settings:
    """What the repository says of checks, or the file that is named, on the day that is asked for."""
    from bayplan.cli.today import today
    from bayplan.validation.settings import Settings, settings_of

    day = today(on)
    file = said or settings_file(path)
    if file is None:
        return Settings(today=day)
    from bayplan.spec.settings import load_settings

    return settings_of(load_settings(file.absolute()), day)


def settings_file(path: Path) -> Path | None:
    """The nearest `.bayplan.yaml`, from the tree up to the top of its repository; outside of one, beside the tree."""
    from bayplan.manifests.git import top_of

    start = path.resolve() if path.is_dir() else path.resolve().parent
    top = top_of(start) or start
    folders = [folder for folder in (start, *start.parents) if folder.is_relative_to(top)]
    return next((folder / ".bayplan.yaml" for folder in folders if (folder / ".bayplan.yaml").is_file()), None)


def bytes_of(file: Path) -> bytes:
    """What a file holds."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise refused(str(file), f"cannot be read: {error.strerror}", "Name a file of --write-baseline.") from error


def clusters_around(path: Path, root: Path) -> tuple[Cluster, ...]:
    """The clusters of the repository that a tree lies in; none for a tree that lies elsewhere.

    Many repositories of others have a clusters/, too: Flux's own examples keep manifests there.
    """
    if not any((root / "clusters").glob("*/cluster.yaml")) or not path.resolve().is_relative_to(root):
        return ()
    from bayplan.spec.load import load_clusters

    return load_clusters(root)


COMMAND = Command(
    example="bayplan check dist/prod --since main --format github",
    options=CheckOptions,
    declare=declare,
    run=run,
)
