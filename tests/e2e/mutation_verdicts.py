"""What two judges say of an object: the real API server's server-side apply, and our check.

It is the apply that Flux sends. Flux itself drops unknown fields of built-in kinds before, so what the server refuses
here it never sees from Flux; that is proved in test_rules_on_delivery.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.lab.api import Refused
from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.finding import Severity, Status
from bayplan.validation.judging import judge
from bayplan.validation.schema.library import core_kinds
from bayplan.validation.world import World

if TYPE_CHECKING:
    from tests.e2e.mutation import Mutation

    from bayplan.lab.api import Api, Body
    from bayplan.spec.cluster import Cluster

REFUSALS = ("EXP003", "SCH", "WRK", "STO", "RBC", "GPU", "SEC")
"""Families with rules about what the API server refuses in one object; what others miss lies in other objects."""
SCHEMA_WORDS = re.compile(
    r"field not declared in schema|expected (map|list|string|numeric|boolean|scalar)|unknown field"
    r"|cannot unmarshal (string|bool|object|array)|duplicate entries for key|may not have a null element"
)
"""How the API server says that a schema is broken: nothing explains that we do not say so too."""
CUSTOM_SCHEMA_WORDS = re.compile(
    r"in body (must|should)|Checked value must|Required value|Unsupported value|Too (long|many|few)|Duplicate value"
)
"""How it says so of custom resources, whose schemas stand in their CRDs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One object before both judges; "" where a judge accepts it."""

    mutation: Mutation
    server: str
    ours: str
    unknown: str
    """What we cannot judge, and say so."""

    @property
    def differs(self) -> bool:
        """Whether one accepts what the other refuses; what we call unknown is no verdict."""
        return not self.unknown and bool(self.server) != bool(self.ours)

    def __str__(self) -> str:
        about = f"{self.mutation.where}: {self.mutation.mistake}"
        return f"{about}\n    server: {self.server or 'accepts'}\n    ours: {self.ours or self.unknown or 'accepts'}"


def compare(api: Api, cluster: Cluster, mutation: Mutation) -> Verdict:
    """Ask both."""
    findings = [
        one
        for one in judge(World(inventory=Inventory(manifests=(_manifest(mutation.body),)), cluster=cluster))
        if one.rule.startswith(REFUSALS) and (one.severity is Severity.SYNC or one.status is not Status.BROKEN)
    ]
    said = {
        status: "; ".join(f"{one.rule} {one.message}" for one in findings if one.status is status) for status in Status
    }
    ours = said[Status.BROKEN] + said[Status.ERROR]
    unknown = "; ".join(one.message for one in findings if one.rule == "SCH002")
    return Verdict(mutation=mutation, server=refusal(api, mutation.body), ours=ours, unknown=unknown)


def refusal(api: Api, body: Body) -> str:
    """Why the API server would not take an object from Flux; "" where it would."""
    try:
        api.apply(body, dry_run=True)
    except Refused as refused:
        return f"{refused.status} {refused.reason} {refused}"
    return ""


def _manifest(body: Body) -> Manifest:
    return Manifest(ref=Ref.of(body), body=body)


def is_custom(body: Body) -> bool:
    """Whether a CRD describes it."""
    return body["apiVersion"].rpartition("/")[0] not in core_kinds()


def breaks_schema(verdict: Verdict) -> bool:
    """Whether the server refuses it by a schema."""
    custom = is_custom(verdict.mutation.body) and CUSTOM_SCHEMA_WORDS.search(verdict.server)
    return bool(custom or SCHEMA_WORDS.search(verdict.server))
