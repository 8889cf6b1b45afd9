"""promtool's verdict on PromQL and on templates, many at once, and the expressions that both sides judge."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from tests.schema.judges import ROOT, judge_binary

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
FEATURE = "--enable-feature=promql-experimental-functions"
VERSION = next(
    line.split()[-1]
    for line in (ROOT / "tools" / "promtool" / "go.mod").read_text().splitlines()
    if "github.com/prometheus/prometheus v" in line
)
SOURCE = ROOT / ".cache" / "go" / "pkg" / "mod" / "github.com" / "prometheus" / f"prometheus@{VERSION}" / "promql"
INPUT = re.compile(r'(?:input|expr):\s*(`[^`]*`|"(?:[^"\\\n]|\\.)*")\s*,')
EVAL = re.compile(r"\s*eval\w*\s+(?:instant(?:\s+at\s+\S+)?|range from \S+ to \S+ step \S+)\s+(.*)$")


def written(name: str) -> list[str]:
    """The lines of a file beside this one."""
    lines = (HERE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def of_prometheus() -> list[str]:
    """The expressions in Prometheus' own tests of its parser and engine, from the source that promtool is built of."""
    if not SOURCE.is_dir():
        pytest.skip(f"the source of Prometheus {VERSION} is not in .cache: run `make tools`")
    texts = (SOURCE / "parser" / "parse_test.go").read_text()
    found = [one[1:-1] if one.startswith("`") else unquoted(one) for one in INPUT.findall(texts)]
    for path in sorted((SOURCE / "promqltest" / "testdata").glob("*.test")):
        found += [match[1] for line in path.read_text().splitlines() if (match := EVAL.match(line))]
    return [one for one in dict.fromkeys(found) if one.strip() and is_yaml(one)]


def unquoted(text: str) -> str:
    """A Go string; "" where its escapes are not those of JSON."""
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def is_yaml(text: str) -> bool:
    """Whether a text can be handed over in a file."""
    return all(letter in "\n\t\r" or ord(letter) >= 32 for letter in text)


def refused(rules: Sequence[dict[str, Any]], folder: Path, *flags: str) -> dict[int, str]:
    """The rules that promtool refuses, by their place, with its reason."""
    groups = [{"name": f"g{place}", "rules": [rule]} for place, rule in enumerate(rules)]
    file = folder / "rules.yaml"
    file.write_text(json.dumps({"groups": groups}))
    command = [str(judge_binary("promtool")), *flags, "check", "rules", "--lint=none", str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    said = f"{answer.stdout}{answer.stderr}"
    found = dict(re.findall(r'group "g(\d+)", rule 1, "r": (.*)', said))
    assert found or "SUCCESS" in said, said[:2000]
    return {int(place): why for place, why in found.items()}


def mutated(texts: Sequence[str], pieces: Sequence[str], *, seed: int, count: int) -> list[str]:
    """Texts with letters taken away or pieces put in, the same for the same seed."""
    chance, found = Random(seed), dict[str, None]()  # noqa: S311 - the same mistakes on every machine
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 2)):
            place = chance.randrange(len(text) + 1)
            cut = chance.randint(1, 3) if chance.random() < 0.5 else 0
            text = text[:place] + ("" if cut else chance.choice(pieces)) + text[place + cut :]
        if text.strip():
            found[text] = None
    return list(found)
