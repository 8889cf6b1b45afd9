"""The rules that there are: every file in rules/<family>/, found by itself."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.validation import rules as room
from bayplan.validation.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from bayplan.validation.finding import Confidence, Severity

SOURCE = "Source:"
GROUP = "bayplan.rules"
"""Entry points of packages that bring rules: each names a module, or a package of modules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a rule says of itself, as its file has it."""

    code: str
    family: str
    """Folder of the rule: `mesh`."""
    severity: Severity
    title: str
    """What is wrong, in one sentence."""
    why: str
    """What happens in production, and how to mend it; paragraphs apart by an empty line."""
    fix: str
    """What to do, in one sentence."""
    confidence: Confidence
    """How often it is right when it says BROKEN."""
    rows: tuple[str, ...]
    """Classes of defects that it finds."""
    source: str
    """Where the facts are from."""
    before: str
    """YAML of the earlier revision, for rules that compare with one; else ""."""
    bad: str
    """YAML that has the defect."""
    good: str
    """The same YAML, mended."""


@cache
def codes() -> frozenset[str]:
    """The codes that there are."""
    return frozenset(rule.code for rule in rules())


def family_of(rule: Rule) -> str:
    """The folder of a rule: `mesh`; the module of one that another package brings."""
    return rule.judge.__module__.split(".")[-2:][0]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, sorted by code: ours, and those that installed packages bring.

    ValueError if two rules have one code: codes are for ever.
    """
    found: dict[str, Rule] = {}
    for module in modules():
        for rule in (value for value in vars(module).values() if isinstance(value, Rule)):
            if rule.code in found:
                raise ValueError(
                    f"{rule.judge.__module__} and {found[rule.code].judge.__module__} both say {rule.code}"
                )
            found[rule.code] = rule
    return tuple(found[code] for code in sorted(found)) + guests(frozenset(code[:3] for code in found))


def guests(taken: frozenset[str]) -> tuple[Rule, ...]:
    """Rules of other packages, by the entry points that they declare: `[project.entry-points."bayplan.rules"]`.

    BadInput for a prefix that is ours, or that two packages want: a code means one thing.
    """
    if not any(map(declares_rules, sys.path)):
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415 - costs as much as all rules together

    found: dict[str, Rule] = {}
    owner: dict[str, str] = dict.fromkeys(taken, "bayplan")
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        loaded = entry.load()
        for rule in (value for module in inside(loaded) for value in vars(module).values() if isinstance(value, Rule)):
            if owner.setdefault(rule.code[:3], entry.name) != entry.name or rule.code in found:
                what = f"the rule {rule.code} of {entry.value} has a code of {owner[rule.code[:3]]}"
                fix = "Give the rules of the package a prefix of their own, or remove the package."
                raise BadInput([Complaint(file=entry.value, line=0, what=what, fix=fix)])
            found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))


def declares_rules(folder: str) -> bool:
    """Whether any package that is installed in a folder may bring rules: a look at what installers write."""
    try:
        with os.scandir(folder or ".") as found:
            abouts = [entry.path for entry in found if entry.name.endswith((".dist-info", ".egg-info", ".egg"))]
    except OSError:
        return folder.endswith(".zip") and os.path.isfile(folder)  # noqa: PTH113 - as above; Python names one that is not
    return any(GROUP.encode() in data for about in abouts for data in declarations(about))


def declarations(about: str) -> Iterator[bytes]:
    """The entry points that an installed package declares."""
    for name in ("entry_points.txt", "EGG-INFO/entry_points.txt"):
        try:
            with open(f"{about}/{name}", "rb") as told:  # noqa: PTH123 - a hundred Paths cost as much as all else here
                yield told.read()
        except OSError:
            continue


def inside(module: ModuleType) -> Iterator[ModuleType]:
    """A module, and those in it where it is a package."""
    yield module
    for one in sorted(iter_modules(getattr(module, "__path__", ())), key=lambda found: found.name):
        yield import_module(f"{module.__name__}.{one.name}")


def modules() -> Iterator[ModuleType]:
    """The modules of all families, sorted by name."""
    for family in sorted(iter_modules(room.__path__), key=lambda module: module.name):
        package = import_module(f"{room.__name__}.{family.name}")
        for one in sorted(iter_modules(package.__path__), key=lambda module: module.name):
            yield import_module(f"{package.__name__}.{one.name}")


def explain(code: str) -> Explanation:
    """What is known of a code; BadInput if no rule has it."""
    rule = next((rule for rule in rules() if rule.code == code), None)
    if rule is None:
        known = ", ".join(rule.code for rule in rules())
        raise BadInput([Complaint(file=code, line=0, what=f"no rule has the code {code}", fix=f"codes: {known}")])
    module = sys.modules[rule.judge.__module__]
    title, why, source = parts_of(module.__doc__ or "")
    return Explanation(
        code=code,
        family=family_of(rule),
        severity=rule.severity,
        title=title,
        why=why,
        fix=rule.fix,
        confidence=rule.confidence,
        rows=rule.rows,
        source=source,
        before=getattr(module, "BASE", "").strip("\n"),
        bad=getattr(module, "BAD", "").strip("\n"),
        good=getattr(module, "GOOD", "").strip("\n"),
    )


def parts_of(docstring: str) -> tuple[str, str, str]:
    """Title, reason and source of a rule's docstring."""
    title, _, rest = docstring.strip().partition("\n\n")
    why, _, source = rest.partition(SOURCE)
    return title, why.strip(), " ".join(source.split())
