"""What a rule may look at: everything that one cluster is given, with each index built once and only when asked for.

The contract of every rule: look at everything, report only on the object that you were given.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.changes import Changes
from bayplan.validation.contents import Contents
from bayplan.validation.externals import Externals
from bayplan.validation.flux.built import Built
from bayplan.validation.flux.delivered import Delivered
from bayplan.validation.flux.order import Orders
from bayplan.validation.hosts import Hosts
from bayplan.validation.kinds import kind_of
from bayplan.validation.lack import Lack, doubt, lack
from bayplan.validation.mesh.injection import Injection
from bayplan.validation.mesh.mesh import Mesh
from bayplan.validation.monitoring.naming import Naming
from bayplan.validation.monitoring.scrapes import Scrapes
from bayplan.validation.nodes import node_of
from bayplan.validation.outsiders import Outsiders
from bayplan.validation.pods import Pods
from bayplan.validation.products import Products
from bayplan.validation.pull_secrets import PullSecrets
from bayplan.validation.reachability.reach import Reach
from bayplan.validation.scaling import Scaling
from bayplan.validation.settings import Settings
from bayplan.validation.storage import Storage
from bayplan.validation.syncs import Syncs
from bayplan.validation.verdicts import NEWEST, Verdicts
from bayplan.validation.waivers import Waivers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.inventory import Inventory
    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.delivery import Delivery
    from bayplan.validation.nodes import Node


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """One cluster's objects and what follows from them."""

    inventory: Inventory
    name: str = ""
    """Folder of the cluster in the tree; "" for a tree that shows none, "?" for what no cluster of the tree gets."""
    cluster: Cluster | None = None
    """Its spec; None for trees that bayplan did not render: rules about pools then have nothing to say."""
    drafts: Mapping[str, str] = field(default_factory=dict)
    """Files whose objects are changed before they are applied, or not known to be applied at all: to the reason."""
    gaps: tuple[str, ...] = ()
    """What is applied and not in the tree, in words: anything may come from there."""
    generated: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of what kustomize generates."""
    together: Mapping[str, str] = field(default_factory=dict)
    """File to the name of the set that it is surely applied with."""
    base: World | None = None
    """The same cluster at an earlier revision; None where nobody said one."""
    settings: Settings = field(default_factory=Settings)
    """What the check was told beside the tree."""
    delivery: Delivery | None = None
    """The ways of the whole tree."""
    delivered: Delivered = field(default_factory=Delivered)
    """What Flux applies of it, and by which Kustomization."""
    is_layered: bool = False
    """Whether kustomization files choose among the files: they are not all meant for one cluster."""
    elsewhere: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Kind and name of what may be applied beside all this, to its file."""
    silent: frozenset[str] = frozenset()
    """Files that are judged elsewhere."""

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Manifest, ...]]:
        """Objects by kind and group: `Service`, `Deployment.apps`."""
        found: dict[str, list[Manifest]] = defaultdict(list)
        for manifest in self.inventory.manifests:
            found[kind_of(manifest)].append(manifest)
        return {kind: tuple(same) for kind, same in found.items()}

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], tuple[Manifest, ...]]:
        """Objects by kind with group, and name, in whatever namespace."""
        found: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        for manifest in self.inventory.manifests:
            found[kind_of(manifest), manifest.ref.name].append(manifest)
        return {key: tuple(same) for key, same in found.items()}

    @cached_property
    def pods(self) -> Pods:
        """Pods, from the templates that make them."""
        return Pods(self.inventory.manifests)

    @cached_property
    def contents(self) -> Contents:
        """ConfigMaps and Secrets, whoever makes them, with their keys."""
        return Contents(self.inventory.manifests, [*self.products.all, *self.externals.exact()])

    @cached_property
    def waivers(self) -> Waivers:
        """Findings that the objects themselves accept."""
        return Waivers(self.inventory)

    @cached_property
    def products(self) -> Products:
        """What controllers make for the objects."""
        return Products(self.inventory.manifests, self.settings.makers)

    @cached_property
    def externals(self) -> Externals:
        """What is declared to be there although no file makes it."""
        return Externals(self.settings.externals, self.by_kind.get("Namespace", ()))

    @cached_property
    def scaling(self) -> Scaling:
        """Autoscalers by what they scale."""
        return Scaling(self.by_kind)

    @cached_property
    def hosts(self) -> Hosts:
        """Names that the mesh can route to."""
        return Hosts(self.by_kind)

    @cached_property
    def injection(self) -> Injection:
        """Which namespaces are in the mesh."""
        return Injection(self)

    @cached_property
    def mesh(self) -> Mesh:
        """The mesh's objects, by what they are about."""
        return Mesh(self)

    @cached_property
    def syncs(self) -> Syncs:
        """What Flux applies after what."""
        return Syncs(self.by_kind)

    @cached_property
    def orders(self) -> Orders:
        """What Flux applies before what."""
        return Orders(self)

    @cached_property
    def scrapes(self) -> Scrapes:
        """Who scrapes whom."""
        return Scrapes(self)

    @cached_property
    def naming(self) -> Naming:
        """What PromQL may name."""
        return Naming(self)

    @cached_property
    def reach(self) -> Reach:
        """Who reaches whom on which port."""
        return Reach(self)

    @cached_property
    def storage(self) -> Storage:
        """Claims of storage and their users."""
        return Storage(self)

    @cached_property
    def pull_secrets(self) -> PullSecrets:
        """Secrets that images can be pulled with."""
        return PullSecrets(self)

    @property
    def kubernetes(self) -> str:
        """Minor version of the API server; the newest that is known where nobody says it."""
        return self.cluster.kubernetes if self.cluster else NEWEST

    @cached_property
    def changes(self) -> Changes | None:
        """What became of the objects since the earlier revision; None where nobody said one."""
        return Changes(self, self.base) if self.base is not None else None

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the schemas say."""
        return Verdicts(self.kubernetes, self.by_kind.get("CustomResourceDefinition.apiextensions.k8s.io", ()))

    @cached_property
    def outsiders(self) -> Outsiders:
        """Who else makes objects."""
        return Outsiders(self.inventory.manifests, self.gaps, self.settings.makers)

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """A node of each kind of each pool that may have nodes; empty without a spec."""
        if self.cluster is None:
            return {}
        from bayplan.spec.variants import variants_of  # noqa: PLC0415 - trees without a spec do not pay for pydantic

        cluster = self.cluster
        pools = (pool for pool in cluster.pools if pool.nodes.max > 0)
        kinds = (kind for pool in pools for kind in variants_of(cluster, pool).items())
        return {name: node_of(cluster, machine) for name, machine in kinds}

    def lack(self, kind: str, namespace: str, name: str) -> Lack | None:
        """None if an object is there or will be; otherwise whether it is missing, as far as can be told."""
        return lack(self, kind, namespace, name)

    def doubt(self, kind: str, namespace: str, name: str = "") -> Lack:
        """Whether what is not in the tree may be made by somebody else."""
        return doubt(self, kind, namespace, name)

    def draft_of(self, manifest: Manifest) -> str:
        """What is not known of the way of an object, in words; "" for one that is applied as it is here."""
        return "" if isinstance(manifest, Built) else self.drafts.get(manifest.file, "")
