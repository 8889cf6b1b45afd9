"""`bayplan rule`: which rules there are, and the file of a new one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.cli.command import WELL, Command, Options
from bayplan.complaint import refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

ROOM = Path("constructs/bayplan/validation/rules")


class RuleOptions(Options):
    """Options of `rule`."""

    action: str
    code: str | None
    title: str | None
    family: str | None
    to: Path | None


def declare(parser: ArgumentParser) -> None:
    """Arguments of `rule`."""
    add = parser.add_argument
    add("action", choices=("list", "new"), help="list: every rule; new: write the file of one")
    add("code", nargs="?", help="code of the new rule: three letters and three digits")
    add("title", nargs="?", help='what is wrong, as a sentence: "A Service selects no pods."')
    add("--family", help="folder of the rule (default: that of the other rules with its letters)")
    add("--to", type=Path, metavar="DIR", help="folder to write to, for rules of a package of your own")


def run(options: RuleOptions) -> int:
    """List the rules, or write the file of a new one."""
    return show(options) if options.action == "list" else begin(options)


def show(options: RuleOptions) -> int:
    """Every rule in a line."""
    from bayplan.validation.registry import explain, rules

    said = [explain(rule.code) for rule in rules()]
    if options.json:
        from bayplan.report import json

        kept = ("code", "family", "severity", "confidence", "rows", "title", "fix", "source")
        print(json.render([{key: getattr(one, key) for key in kept} for one in said]))
    else:
        for one in said:
            print(f"{one.code}  {one.severity.name.lower():<5} {', '.join(one.rows):<8} {one.title}")
    return WELL


def begin(options: RuleOptions) -> int:
    """Write a file that fails its tests until somebody has filled it."""
    from bayplan.validation.registry import codes, family_of, rules
    from bayplan.validation.skeleton import skeleton, slug

    code, title = (options.code or "").upper(), (options.title or "").strip()
    if not re.fullmatch(r"[A-Z]{3}[0-9]{3}", code) or not title:
        raise refused("bayplan rule new", "wants a code and a title", 'bayplan rule new NET042 "A Service is blue."')
    if code in codes():
        raise refused(code, "is the code of a rule already", "Take the next free number: bayplan rule list.")
    families = {family_of(rule) for rule in rules() if rule.code.startswith(code[:3])}
    family = options.family or next(iter(sorted(families)), "")
    if options.to is None and (not family or (families and family not in families)):
        raise refused(code, f"has letters of {', '.join(families) or 'no family'}", "Name its folder: --family NAME.")
    folder = options.to or options.root / ROOM / family
    if not folder.parent.is_dir():
        raise refused(str(folder), "lies in no folder that is there", "Go to the repository, or say --to DIR.")
    file = folder / f"{slug(title)}.py"
    if file.exists():
        raise refused(str(file), "is there already", "Give the rule another title.")
    folder.mkdir(exist_ok=True)
    if options.to is None and not (folder / "__init__.py").exists():
        (folder / "__init__.py").write_text(f'"""Rules about {family}."""\n')
    file.write_text(skeleton(code, title))
    print(f"{file}: fill in why, BAD, GOOD and the function; its tests fail until then")
    return WELL


COMMAND = Command(
    example='bayplan rule new NET042 "A Service is blue."',
    options=RuleOptions,
    declare=declare,
    run=run,
)
