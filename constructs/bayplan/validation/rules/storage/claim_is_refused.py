"""A claim of storage is one that the API server refuses.

It says how it is to be used and how much it wants; `ReadWriteOncePod` stands alone; the amount is more than nothing.
The same holds for the claims that a StatefulSet makes: the whole object is refused, and Flux stops with all that is
applied with it. Add what is missing.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.amounts import exact
from bayplan.validation.fields import is_variable, mapping_at, value_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.storage import CLAIM, ONE_POD, claims_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: chat}
spec:
  accessModes: [ReadWriteOncePod, ReadWriteMany]
  resources: {requests: {storage: 1Gi}}
"""
GOOD = BAD.replace("ReadWriteOncePod, ", "")


@rule(
    "STO006",
    severity=Severity.SYNC,
    rows=("W6",),
    kinds=tuple(sorted({CLAIM, *POD_KINDS})),
    fix="say `accessModes` and `resources.requests.storage`",
)
def claim_is_refused(asking: Manifest, world: World) -> Iterator[Hit]:
    """Judge a claim, and all claims that a workload makes."""
    for who, body, where in claims_asked_for(asking, world.pods.made_by(asking)):
        yield from of_claim(who, body, where)


def of_claim(who: str, body: Mapping[str, Any], where: str) -> Iterator[Hit]:
    """How a claim is used, and how much it wants."""
    modes = words_at(body, "spec", "accessModes")
    if value_at(body, "spec", "accessModes") == []:
        yield Hit(f"{where}/accessModes", f"{who} does not say how it is used")
    elif ONE_POD in modes and len(set(modes)) > 1:
        yield Hit(f"{where}/accessModes", f"{who} is {ONE_POD} and more: that mode stands alone")
    source, more = value_at(body, "spec", "dataSource"), value_at(body, "spec", "dataSourceRef")
    if source and more and source != more:
        yield Hit(f"{where}/dataSource", f"{who} is filled from two sources")
    amount = value_at(body, "spec", "resources", "requests", "storage")
    if amount is None and mapping_at(body, "spec", "resources"):
        yield Hit(where, f"{who} does not say how much it wants (resources.requests.storage)")
    elif amount is not None and not (isinstance(amount, str) and is_variable(amount)) and is_nothing(amount):
        yield Hit(f"{where}/resources/requests/storage", f"{who} wants {amount}: it must be more than nothing")


def is_nothing(amount: Any) -> bool:  # noqa: ANN401 - what stands in the file
    """Whether an amount is 0 or less; what is no amount is told by the schema."""
    try:
        return exact(amount) <= 0
    except (ValueError, TypeError):
        return False
