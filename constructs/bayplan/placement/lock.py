"""`plan.lock`: the committed plan beside the question that it answers, in a file that people can read and diff.

It carries the question (demands and pools as they were) so that a stale lock can name what changed, and a checksum,
because a plan that was edited or merged by hand is nobody's decision.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from pydantic import ValidationError

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.merge import line_of_mark
from bayplan.manifests.yaml import read as read_yaml
from bayplan.placement.lock_file import VERSION, SignedLockFile, recall, record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Problem

FIX = "Restore the committed file, or decide anew: bayplan plan --update"
HEADER = """\
# Where the workloads of cluster {cluster} run, and on how many nodes. Written by `bayplan plan`; do not edit:
# change apps/ or clusters/{cluster}/cluster.yaml and run it again. It repeats what was asked for, so that a stale lock
# can say what has changed. Money is in 1e-4 USD per hour; min and max are the ends of the load.
"""


class _Dumper(yaml.SafeDumper):
    """Quotes what Kubernetes' YAML takes for true and false and PyYAML does not: a pool may be called y."""


_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("[yYnN]$"), list("yYnN"))

MERGE_FIX = "Run `bayplan synth`: it decides anew, near to one side's plan. Then `git add` what it has written."


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a lock file says."""

    problem: Problem
    """The question as it was when the plan was decided; without files and lines."""
    plan: Plan
    text: str
    """Of the file: what `text` gives for them."""


def read(path: Path, *, shown: str = "") -> Plan | None:
    """The committed plan, None where there is no file; raises BadInput where it cannot be trusted."""
    lock = load(path, shown=shown)
    return lock.plan if lock else None


def load(path: Path, *, shown: str = "") -> Lock | None:
    """All that the file says, None where there is none. `shown` is its path in messages. Raises BadInput."""
    shown = shown or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _distrust(shown, f"cannot be read: {error.strerror}") from error
    return parse(data, shown)


def parse(data: bytes, shown: str) -> Lock:
    """What the bytes of a lock file say; raises BadInput where they cannot be trusted."""
    data = data.replace(b"\r\n", b"\n")
    file = _parse(data, shown)
    problem, plan = recall(file)
    written = text(problem, plan)
    if written.encode() != data:
        raise _distrust(shown, "is not as bayplan wrote it: it was edited or merged by hand")
    return Lock(problem=problem, plan=plan, text=written)


def text(problem: Problem, plan: Plan) -> str:
    """The file of a plan: the same bytes for the same problem and plan, everywhere."""
    entries = record(problem, plan).model_dump(mode="json", exclude_defaults=True)
    body = yaml.dump(entries, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=2**31)
    checksum = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"{HEADER.format(cluster=problem.cluster)}version: {VERSION}\nchecksum: sha256-{checksum}\n{body}"


def _parse(data: bytes, shown: str) -> SignedLockFile:
    if line := line_of_mark(data):
        what = "the plan holds the marks of an unfinished merge"
        raise BadInput([Complaint(file=shown, line=line, what=what, fix=MERGE_FIX)])
    try:
        documents = read_yaml(data, file=shown)
    except BadInput as bad:
        raise BadInput([Complaint(file=c.file, line=c.line, what=c.what, fix=FIX) for c in bad.complaints]) from bad
    if len(documents) != 1 or not isinstance(documents[0].body, dict):
        raise _distrust(shown, "is not a plan.lock of bayplan")
    body = documents[0].body
    if body.get("version") != VERSION:
        said = body.get("version", "no version")
        raise _distrust(shown, f"is of format {said!r}, this bayplan writes {VERSION}", line=documents[0].line)
    try:
        return SignedLockFile.model_validate(body)
    except ValidationError as error:
        raise BadInput(_complaints(error, documents[0].lines, shown)) from error


def _complaints(error: ValidationError, lines: Mapping[str, int], shown: str) -> list[Complaint]:
    complaints = []
    for one in error.errors(include_url=False):
        keys = [str(key) for key in one["loc"]]
        known = [
            "".join(f"/{key.replace('~', '~0').replace('/', '~1')}" for key in keys[:n]) for n in range(len(keys) + 1)
        ]
        line = next((lines[pointer] for pointer in reversed(known) if pointer in lines), 0)
        complaints.append(Complaint(file=shown, line=line, what=f"{'.'.join(keys)}: {one['msg']}", fix=FIX))
    return complaints


def _distrust(shown: str, what: str, *, line: int = 0) -> BadInput:
    return BadInput([Complaint(file=shown, line=line, what=f"the plan {what}", fix=FIX)])
