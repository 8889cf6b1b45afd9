"""A clean platform has no finding; with one defect, exactly the right rule speaks, on the right object."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.manifests.ref import Ref
from bayplan.validation.example import findings_in
from bayplan.validation.finding import Status
from bayplan.validation.flux import program
from bayplan.validation.registry import rules

if TYPE_CHECKING:
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding

MUTATIONS: list[dict[str, Any]] = [
    mutation
    for path in sorted((Path(__file__).parent / "mutations").glob("*.yaml"))
    for mutation in yaml.safe_load(path.read_text())
]


def test_the_platform_is_clean(platform: dict[str, str], lab: Cluster) -> None:
    assert findings_in(platform, cluster=lab) == []


def test_the_platform_is_clean_when_nobody_says_which_clusters_it_holds(platform: dict[str, str]) -> None:
    one = {file: text for file, text in platform.items() if file.startswith("lab/")}
    assert findings_in(one) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation["name"].replace(" ", "-"))
def test_one_defect_is_found_by_its_rule_alone(
    mutation: dict[str, Any], platform: dict[str, str], lab: Cluster
) -> None:
    if mutation.get("needs") == program.NAME and program.find() is None:
        pytest.skip("flux-build is not built: run `make test`")
    files = broken(platform, mutation)
    if mutation.get("without_spec"):
        files = {file: text for file, text in files.items() if file.startswith("lab/")}
    cluster = None if mutation.get("without_spec") else lab
    findings = findings_in(files, cluster=cluster, base=base_of(mutation, platform))
    wanted = sorted(mutation["finds"])
    assert sorted(map(told, findings)) == wanted or sorted(map(briefly, findings)) == wanted, [*map(told, findings)]
    assert all(one.file.startswith("lab/") and one.message and one.fix for one in findings)
    assert [told(one) for one in findings if not is_at_its_line(one, files)] == []


def base_of(mutation: dict[str, Any], platform: dict[str, str]) -> dict[str, str] | None:
    """The platform as it was before; None where nobody says it."""
    before = mutation.get("before")
    return broken(platform, {"add": before}) if before else platform if mutation.get("base") else None


def told(finding: Finding) -> str:
    """Code, object, pointer, and whether it is sure."""
    sure = "" if finding.status is Status.BROKEN else " unknown"
    return f"{finding.rule} {finding.ref} {finding.pointer or '/'}{sure}"


def briefly(finding: Finding) -> str:
    """The same without the pointer."""
    sure = "" if finding.status is Status.BROKEN else " unknown"
    return f"{finding.rule} {finding.ref}{sure}"


def is_at_its_line(finding: Finding, files: dict[str, str]) -> bool:
    """Whether the line of a finding shows a key of its pointer, or begins an object or an item."""
    line = files[finding.file].splitlines()[finding.line - 1]
    keys = [part.replace("~1", "/").replace("~0", "~") for part in finding.pointer.split("/") if part]
    return line.lstrip().startswith("- ") or any(key in line for key in [*keys, "apiVersion"])


def test_every_rule_between_objects_has_a_mutation() -> None:
    found = {line.split()[0] for mutation in MUTATIONS for line in mutation["finds"]}
    others = {"FLX020", "SCH003", "YML001"}  # about bayplan itself, a version, a single file
    assert {rule.code for rule in rules()} - found <= others


def broken(platform: dict[str, str], mutation: dict[str, Any]) -> dict[str, str]:
    """The platform with its edits; an edit that meets no object is a mistake in the test."""
    left = dict(mutation.get("edit", {}))
    files = dict(platform)
    for file, text in platform.items():
        documents = list(yaml.load_all(text, yaml.CSafeLoader)) if file.startswith("lab/") else []
        names = [str(Ref.of(document)) for document in documents]
        if left.keys() & names:
            for name, document in zip(names, documents, strict=True):
                for pointer, value in left.pop(name, {}).items():
                    put(document, pointer, value)
            files[file] = yaml.dump_all([one for one in documents if one], Dumper=yaml.CSafeDumper)
    assert not left, f"no object {', '.join(left)}"
    files["lab/apps/chat/web.yaml"] += f"\n---\n{mutation['add']}" if "add" in mutation else ""
    return {**files, **mutation.get("write", {})}


def put(document: dict[str, Any], pointer: str, value: object) -> None:
    """Set, or with None take away, what stands at a JSON pointer; "" is the whole."""
    if not pointer:
        document.clear()
        return
    *parents, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
    node: Any = document
    for part in parents:
        node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
    key: Any = int(last) if isinstance(node, list) else last
    if value is None:
        del node[key]
    else:
        node[key] = value
