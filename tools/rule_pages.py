"""What the rules say of themselves, as pages: one a family, beside its rules, and the tables of the README."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from bayplan.validation.registry import Explanation, explain, rules

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / "constructs" / "bayplan" / "validation" / "rules"
AGREEMENT = ROOT / "tests" / "validation" / "agreement"


def families() -> dict[str, list[Explanation]]:
    """The rules of each family, both sorted."""
    found: dict[str, list[Explanation]] = {}
    for said in sorted((explain(rule.code) for rule in rules()), key=lambda said: (said.family, said.code)):
        found.setdefault(said.family, []).append(said)
    return found


def pages() -> dict[Path, str]:
    """The page of every family."""
    return {ROOM / family / "README.md": page(family, said) for family, said in families().items()}


def page(family: str, said: list[Explanation]) -> str:
    """A table of the rules, then each with its reasons."""
    about = (import_module(f"bayplan.validation.rules.{family}").__doc__ or "").strip().partition("\n")[0]
    lines = [
        f"# {family}",
        "",
        about,
        "",
        "| rule | what is wrong | severity | sure | rows |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in said:
        words = (one.severity.name.lower(), one.confidence.name.lower(), ", ".join(one.rows))
        lines.append(f"| [{one.code}](#{one.code.lower()}) | {one.title} | {' | '.join(words)} |")
    for one in said:
        lines += ["", f"## {one.code}", "", f"**{one.title}**", "", one.why, "", f"To do: {one.fix}.", "", one.source]
    lines += [
        "",
        "Written by `make fix` from the rules themselves; `bayplan explain CODE` shows BAD and GOOD as well.",
        "",
    ]
    return "\n".join(lines)


def table_of_families() -> str:
    """A row a family, for the README."""
    rows = []
    for family, said in families().items():
        codes = sorted({one.code[:3] for one in said})
        found = sorted({row for one in said for row in one.rows}, key=lambda row: (row[0], int(row[1:] or 0)))
        link = f"[{family}]({(ROOM / family).relative_to(ROOT).as_posix()}/README.md)"
        rows.append(f"| {link} | {', '.join(codes)} | {len(said)} | {', '.join(found)} |")
    count = sum(len(said) for said in families().values())
    head = ["| family | codes | rules | rows of the taxonomy |", "| --- | --- | ---: | --- |"]
    return "\n".join([*head, *rows, f"| all | | {count} | |", ""])


def table_of_agreement() -> str:
    """A row a peer, from the figures that its test has proven."""
    found: list[dict[str, Any]] = [yaml.safe_load(path.read_text()) for path in sorted(AGREEMENT.glob("*.yaml"))]
    head = ["| peer | agree | disagree | out of scope |", "| --- | ---: | ---: | ---: |"]
    return "\n".join([*head, *map(row_of_peer, found), ""])


def row_of_peer(peer: dict[str, Any]) -> str:
    """Cases of one peer; its file names and explains those that do not agree."""
    outside = sum(int(part["cases"]) for part in peer.get("out_of_scope") or ())
    file = f"tests/validation/agreement/{peer['peer']}.yaml"
    name = f"[{peer['peer']}]({file})" if (ROOT / file).is_file() else str(peer["peer"])
    return f"| {name}, {peer.get('version', '')} | {peer['agree']} | {len(peer.get('disagree') or ())} | {outside} |"
