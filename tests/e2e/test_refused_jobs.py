"""Jobs of the mutations before the real API server: it refuses just those of which a rule says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.lab.api import Refused

if TYPE_CHECKING:
    from tests.e2e.scene import Scene

    from bayplan.lab.api import Api, Body

MUTATIONS = Path(__file__).parents[1] / "validation" / "mutations" / "workload.yaml"
REFUSALS = ("WRK001", "WRK011", "WRK019")
"""Rules that say that the API server refuses a Job; what never comes or overlaps, it takes."""


def added(*kinds: str) -> list[tuple[str, Any, set[str]]]:
    """Objects of these kinds that a mutation brings alone: its name, the object, and who finds something."""
    found = []
    for mutation in yaml.safe_load(MUTATIONS.read_text()):
        bodies = list(yaml.safe_load_all(mutation.get("add", "")))
        if len(bodies) == 1 and bodies[0] and bodies[0]["kind"] in kinds:
            found.append((mutation["name"], bodies[0], {str(one).split()[0] for one in mutation["finds"]}))
    return found


def why_refused(api: Api, body: Body) -> str:
    """What the API server and its webhooks say of an object; "" where they would take it."""
    try:
        api.apply(body, dry_run=True)
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(("name", "body", "finds"), added("CronJob", "Job"))
def test_a_job_is_refused_where_a_rule_says_so(lab: Scene, name: str, body: Any, finds: set[str]) -> None:
    refused = why_refused(lab.api, {**body, "metadata": {**body["metadata"], "namespace": "default"}})
    assert bool(refused) == bool(finds & set(REFUSALS)), f"{name}: {refused}"
