"""kube-apiserver refuses what our schema check refuses, and accepts what it accepts; where not, it is explained.

Every object of dist/ is shown to both as it is; those of the yard and of a few kinds more are spoiled besides, in one
way at a time. Schemas are compared, so that no webhook of a controller takes part.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.e2e.conftest import say
from tests.e2e.mutation import Mutation, mutations
from tests.e2e.mutation_explanations import EXPLANATIONS, explain
from tests.e2e.mutation_verdicts import Verdict, breaks_schema, compare
from tests.e2e.scene import ROOT, YARD
from tests.schema.mutants import good_objects

from bayplan.complaint import BadInput
from bayplan.lab.api import Refused
from bayplan.lab.lab import PROGRAMS, close, remove, start_lab
from bayplan.lab.parts import find_parts
from bayplan.manifests.read import read_tree
from bayplan.spec.load import load_clusters
from bayplan.validation.schema.judge import NOT_FOR_THE_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.lab.api import Api, Body
    from bayplan.spec.cluster import Cluster

ONE_IN = 3
"""Part of all mutations that is tried: 2600 in 40 s."""
AS_IT_IS = "nothing"


def objects(api: Api) -> list[Body]:
    """Every object of the yard, and one of each kind more that the API server serves."""
    more = yaml.safe_load_all(Path(__file__).with_name("mutation_objects.yaml").read_text())
    return served(api, (*rendered(YARD), *good_objects(), *more))


def rendered(root: Path) -> list[Body]:
    """Every object of a repository's dist/."""
    return [one.body for name in ("prod", "lab") for one in read_tree(root / "dist" / name).inventory.manifests]


def served(api: Api, bodies: Iterable[Body]) -> list[Body]:
    """Those of kinds that the API server knows."""
    known = {resource.group_version for resource in api.dynamic.resources.search()}
    return [
        one
        for one in bodies
        if one["apiVersion"] in known and one["apiVersion"].partition("/")[0] not in NOT_FOR_THE_SERVER
    ]


def open_namespaces(api: Api, bodies: Sequence[Body]) -> None:
    """Without its namespace, no object is looked at."""
    for name in sorted({body["metadata"].get("namespace", "") for body in bodies} - {""}):
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def unhook(api: Api) -> None:
    """Take the webhooks out of those controllers that run here."""
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for one in api.list("admissionregistration.k8s.io/v1", kind):
            api.delete("admissionregistration.k8s.io/v1", kind, one["metadata"]["name"])


def judged(api: Api, cluster: Cluster, bodies: Sequence[Body]) -> list[Verdict]:
    """Both judges on every object as it is, then on the mutations of those of the yard."""
    whole = [
        Mutation(mistake=AS_IT_IS, where=f"{body['kind']} {body['metadata']['name']}", body=body)
        for body in (*served(api, rendered(ROOT)), *bodies)
    ]
    return [compare(api, cluster, one) for one in (*whole, *mutations(bodies, one_in=ONE_IN))]


@pytest.fixture(scope="module")
def prod() -> Cluster:
    return {one.name: one for one in load_clusters(ROOT)}["prod"]


@pytest.fixture(scope="module")
def api(prod: Cluster) -> Iterator[Api]:
    """A control plane of our own, with the CRDs and namespaces of prod and nothing else."""
    try:
        for program in PROGRAMS:
            find_parts(ROOT).binary(program)
    except BadInput as bad:
        pytest.skip(str(bad))
    lab = start_lab(ROOT, prod, f"e2e-prod-schema-{os.getpid()}", say)
    try:
        unhook(lab.api)
        open_namespaces(lab.api, [*served(lab.api, rendered(ROOT)), *objects(lab.api)])
        yield lab.api
    finally:
        close(lab)
        remove(lab.layout.path)


@pytest.fixture(scope="module")
def verdicts(api: Api, prod: Cluster) -> list[Verdict]:
    return judged(api, prod, objects(api))


def texts(verdicts: Sequence[Verdict]) -> str:
    return "\n".join(str(one) for one in verdicts)


def test_both_accept_every_object_as_it_is(verdicts: list[Verdict]) -> None:
    whole = [one for one in verdicts if one.mutation.mistake == AS_IT_IS]
    assert len(whole) > 500
    assert texts([one for one in whole if one.server or one.ours or one.unknown]) == ""


def test_what_the_server_refuses_by_a_schema_we_refuse_or_call_unknown(verdicts: list[Verdict]) -> None:
    by_schema = [one for one in verdicts if breaks_schema(one)]
    assert len(by_schema) > 600
    assert texts([one for one in by_schema if not (one.ours or one.unknown)]) == ""


def test_every_other_disagreement_is_explained(verdicts: list[Verdict]) -> None:
    differ = [one for one in verdicts if one.differs and not breaks_schema(one)]
    assert texts([one for one in differ if explain(one) is None]) == ""


def test_every_explanation_is_needed(verdicts: list[Verdict]) -> None:
    needed = Counter(found.why for one in verdicts if one.differs and (found := explain(one)))
    assert [one.why for one in EXPLANATIONS if one.why not in needed] == []


def test_only_kinds_and_versions_are_unknown_to_us_and_the_server_knows_none_of_them(verdicts: list[Verdict]) -> None:
    unknown = [one for one in verdicts if one.unknown]
    assert {one.mutation.mistake for one in unknown} == {"a version that is not served", "a kind that is not known"}
    assert texts([one for one in unknown if not one.server]) == ""


def test_there_are_many_of_each_verdict(verdicts: list[Verdict]) -> None:
    counts = Counter((bool(one.server), bool(one.ours)) for one in verdicts if not one.unknown)
    assert len(verdicts) > 600
    assert counts[True, True] > 600
    assert counts[False, False] > 200


def test_apply_cuts_numbers_of_more_than_32_bits_in_built_in_kinds(api: Api) -> None:
    body = next(one for one in good_objects() if one["kind"] == "Deployment")
    body["spec"]["replicas"] = (1 << 32) + 5
    assert api.apply(body, dry_run=True)["spec"]["replicas"] == 5


def test_create_drops_a_null_of_a_custom_resource_that_apply_refuses(api: Api) -> None:
    body = next(one for one in good_objects() if one["kind"] == "VirtualService")
    body["spec"]["http"] = None
    assert "http" not in api.create(body, dry_run=True)["spec"]
    with pytest.raises(Refused, match="in body must be of type array"):
        api.apply(body, dry_run=True)
