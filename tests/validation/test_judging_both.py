"""Two revisions judged together are judged as each by itself: what is shared between them changes no finding."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.validation.test_mutations import MUTATIONS, broken

from bayplan.manifests.inventory import Inventory
from bayplan.validation.example import ON_A_DAY, read_all
from bayplan.validation.flux import program
from bayplan.validation.run import Look, survey, survey_both
from bayplan.validation.sameness import is_same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.validation.run import Survey

CHANCE = random.Random(7)  # noqa: S311 - the same pairs in every run, no secret
PAIRS = [(number, CHANCE.randrange(len(MUTATIONS))) for number in range(0, len(MUTATIONS), 40)]


def read(files: Mapping[str, str], clusters: tuple[Cluster, ...], earlier: Look | None = None) -> Look:
    """A tree; files that are the same in an earlier one give the same objects."""
    known = earlier.inventory.texts if earlier else {}
    same = {file for file, text in files.items() if known.get(file) == text}
    tree, complaints = read_all({file: text for file, text in files.items() if file not in same})
    old = [one for one in earlier.inventory.manifests if one.file in same] if earlier else []
    manifests = sorted([*tree.manifests, *old], key=lambda one: (one.file, one.line))
    complaints += [one for one in earlier.complaints if one.file in same] if earlier else []
    inventory = Inventory(manifests=tuple(manifests), texts=files)
    return Look(inventory=inventory, clusters=clusters, complaints=sorted(complaints), settings=ON_A_DAY)


def apart(look: Look, base: Survey | None = None) -> Survey:
    """A tree judged by itself."""
    return survey(
        look.inventory,
        clusters=look.clusters,
        complaints=look.complaints,
        base=base.worlds if base else None,
        settings=look.settings,
    )


def compare(base: Look, head: Look) -> tuple[Survey, Survey]:
    """Both ways of judging; the findings must be the same."""
    before = apart(base)
    after = apart(head, before)
    together = survey_both(base, head)
    assert [one.judgement for one in together] == [before.judgement, after.judgement]
    return together


def spoiled(platform: dict[str, str], number: int) -> dict[str, str]:
    """The platform with one defect."""
    mutation = MUTATIONS[number]
    if mutation.get("needs") == program.NAME and program.find() is None:
        pytest.skip("flux-build is not built: run `make test`")
    return broken(platform, mutation)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_from_one_defect_to_another(first: int, second: int, platform: dict[str, str], lab: Cluster) -> None:
    base = read(spoiled(platform, first), (lab,))
    well = read(platform, (lab,), base)
    compare(base, well)
    compare(well, base)
    compare(base, read(spoiled(platform, second), (lab,), base))


def test_a_cluster_that_is_the_same_is_known_to_be(platform: dict[str, str], lab: Cluster) -> None:
    base = read(platform, (lab,))
    changed = next(file for file in platform if file.startswith("lab/") and "kustomization" not in file)
    files = {**platform, changed: f"# a word\n{platform[changed]}"}
    before, after = compare(base, read(files, (lab,), base))
    said = {new.name: is_same(old, new) for old, new in zip(before.worlds, after.worlds, strict=True)}
    assert said == {name: name != "lab" for name in said}
    assert len(said) > 1


def test_settings_and_specs_that_change(platform: dict[str, str], lab: Cluster) -> None:
    base = read(spoiled(platform, 0), (lab,))
    other = lab.model_copy(update={"kubernetes": "1.35"})
    compare(base, replace(base, clusters=(other,)))
    compare(base, replace(base, clusters=()))
    compare(base, replace(base, settings=replace(ON_A_DAY, makers={"Shop.example.com": ()})))
