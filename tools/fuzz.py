"""Break manifests by chance and judge them: `python -m tools.fuzz --minutes 60 [--seed 1] [folder ...]`.

What is looked for: an exception, a rule that fails (a finding with status ERROR), and anything that takes long. Seeds
are the manifests of this repository and the examples of all rules; more folders may be named. What is found is kept in
build/fuzz/, one text each, to become a test. Not part of `make test`: an hour of chance belongs to a person who waits.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import random
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import yaml

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.manifests.yaml import read
from bayplan.validation.finding import Status
from bayplan.validation.registry import explain, rules
from bayplan.validation.run import check

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "fuzz"
SLOW_SECONDS = 3.0
ODD: list[Any] = [
    *(None, [], {}, "", "x" * 300, -1, 0, 2**63, 2**70, 1.5, float("inf"), True, "${X}", "{{ .X }}", "\u0000", "a\nb"),
    *("*", "/", "~", "a/b/c", "0o17", "1e3", "[", "(?!a)", "((((a+)+)+)+)+$", "-5%", "150%", "1Gi", "-1Gi", "9" * 40),
    *([None], [[]], [{}], {"": ""}, {"a": None}, [1, "a", None], {"name": []}, {"name": {"name": "a"}}),
]
TOKENS = [
    *(b"&a ", b"*a", b"<<: *a\n", b"\t", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"!!python/name:a ", b"!!binary "),
    *(b"\n---\n", b"%YAML 1.1\n", b"[" * 40, b"{" * 40, b"? ", b"|\n", b">-\n", b"'", b'"', b"#", b": ", b"\r"),
]


def seeds(folders: list[Path]) -> list[dict[str, Any]]:
    """Every document that can be read, of the folders and of the rules' examples."""
    texts = [text for rule in rules() for text in (explain(rule.code).bad, explain(rule.code).good)]
    texts += [path.read_text(errors="replace") for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    found = []
    for text in texts:
        try:
            found += [one for one in yaml.load_all(text, yaml.CSafeLoader) if isinstance(one, dict)]
        except (yaml.YAMLError, ValueError):
            continue
    return found


def nodes(value: dict[Any, Any] | list[Any], found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place in a document: container and key."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        found.append((value, key))
        if isinstance(part, dict | list):
            nodes(part, found)
    return found


def break_one(document: dict[str, Any], others: list[dict[str, Any]], chance: random.Random) -> None:
    """Change one place of a document."""
    places = nodes(document, [])
    if not places:
        return
    holder, key = chance.choice(places)
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1 | 2:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        case 3:
            theirs, other = chance.choice(nodes(chance.choice(others), []) or [(ODD, 0)])
            holder[key] = copy.deepcopy(theirs[other])
        case 4 if isinstance(holder, list):
            holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(chance.choice([holder[key], *ODD])))
        case _ if isinstance(holder, dict):
            holder[chance.choice([str(key) + "x", 1, None, True, ""])] = copy.deepcopy(chance.choice(ODD))
        case _:
            holder[key] = {"name": holder[key]}


def text_of(documents: list[dict[str, Any]], chance: random.Random) -> bytes:
    """The documents as bytes, now and then broken as bytes, too."""
    data = yaml.dump_all(documents, Dumper=yaml.CSafeDumper, allow_unicode=True).encode("utf-8", "replace")
    if chance.random() < 0.25:
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data) + 1)
            data = data[:at] + chance.choice(TOKENS) + data[at + chance.choice([0, 0, 1, 5]) :]
    return data


def trial(data: bytes) -> str:
    """What is wrong with us, in words; "" if nothing is."""
    began = time.process_time()
    try:
        complaints: list[Complaint] = []
        documents: list[Any] = []
        try:
            documents = list(read(data, file="a.yaml"))
        except BadInput as bad:
            complaints.extend(bad.complaints)
        manifests = tuple(
            Manifest(ref=Ref.of(one.body), body=one.body, file="a.yaml", line=one.line, lines=one.lines)
            for one in documents
            if isinstance(one.body, dict)
        )
        inventory = Inventory(manifests=manifests)
        found = check(inventory, complaints=complaints, base=Inventory(manifests=manifests[::2]))
    except Exception:  # noqa: BLE001 - every exception is what is looked for
        return traceback.format_exc()
    failed = [f"{one.rule}: {one.message}" for one in found if one.status is Status.ERROR]
    if failed:
        return "\n".join(failed)
    took = time.process_time() - began
    return f"took {took:.1f} CPU seconds" if took > SLOW_SECONDS else ""


def main(arguments: list[str]) -> int:
    """Try until the time is over; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    known = seeds([ROOT / "dist", ROOT / "tests" / "validation" / "platform", *options.folders])
    chance, trials, kept = random.Random(options.seed), 0, set[str]()  # noqa: S311 - no secret
    OUT.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        documents = [copy.deepcopy(one) for one in chance.choices(known, k=chance.randint(1, 6))]
        for _ in range(chance.randint(1, 6)):
            break_one(chance.choice(documents), known, chance)
        data = text_of(documents, chance)
        wrong, trials = trial(data), trials + 1
        last = wrong.strip().rpartition("\n")[2][:100]
        if wrong and last not in kept:
            kept.add(last)
            name = hashlib.sha256(last.encode()).hexdigest()[:12]
            (OUT / f"{name}.yaml").write_bytes(data)
            (OUT / f"{name}.txt").write_text(wrong)
            print(f"{name}: {last}", flush=True)
    print(f"{trials:,} trials with {len(known):,} seeds in {options.minutes:g} minutes: {len(kept)} kinds of failures")
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
