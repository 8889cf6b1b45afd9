"""An app: what one team runs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.external import External
from bayplan.spec.many import Many
from bayplan.spec.model import Model
from bayplan.spec.model_agreement import hold
from bayplan.spec.name import Name, RegionName
from bayplan.spec.secret import SecretPath
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all

if TYPE_CHECKING:
    from bayplan.spec.workloads.server import Server
    from bayplan.spec.workloads.workload import Workload as AnyWorkload
else:
    from bayplan.spec.workloads import AnyWorkload  # every kind in the folder, told apart by `kind`

GATEWAY_NAMESPACE = "bayplan-gateway"
"""Namespace of the way in that all apps of a cluster share."""
RESERVED = (GATEWAY_NAMESPACE, "default", "flux-system", "istio-system")
"""Namespaces of the platform itself; an app of that name would land among them."""


def _check_app_name(name: str) -> str:
    if name in RESERVED or name.startswith("kube-"):
        refuse(f"'{name}' belongs to the platform itself", "Choose another name.")
    return name


class App(Word):
    """One app: its name is its namespace, its file is its only description."""

    name: Annotated[Name, AfterValidator(_check_app_name)]
    """Name of the app, unique on the platform."""
    team: Name
    """Who answers for it."""
    workloads: Annotated[Many[AnyWorkload], Field(min_length=1)]
    """What it runs."""
    clusters: Many[Name] = ()
    """Clusters that it runs on; by default all in `regions`."""
    regions: Many[RegionName] = ()
    """Regions where its data may be: `["eu-central-1"]`. It runs nowhere else; by default anywhere."""
    pull_secret: SecretPath | None = None
    """Name under which the login of the image registry is kept, as Docker writes it (key `.dockerconfigjson`). It comes
    from where `secrets` come from. By default machines may pull by themselves."""
    externals: Many[External] = ()
    """What it needs and somebody else makes: nobody is told that it is missing."""
    models: Many[Model] = ()
    """Models that its servers hold, each by its name and version: `ModelServer(model="resnet:2", ...)`."""

    @property
    def servers(self) -> tuple[tuple[int, Server], ...]:
        """Those of its workloads that answer requests, with their numbers among all."""
        from bayplan.spec.workloads.server import Server  # noqa: PLC0415 - words are made before they are asked

        return tuple((number, one) for number, one in enumerate(self.workloads) if isinstance(one, Server))

    @model_validator(mode="after")
    def _name_workloads_once(self) -> Self:
        names = [workload.name for workload in self.workloads]
        refuse_all(
            Wrong(what=f"two workloads are called '{name}'", fix="Rename one of them.", at=f"/workloads/{number}/name")
            for number, name in enumerate(names)
            if name in names[:number]
        )
        return self

    @model_validator(mode="after")
    def _hold_models(self) -> Self:
        refuse_all(hold(self))
        return self
