"""A program that holds a model and answers with its predictions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr

from bayplan.spec.llm_agreement import contradictions
from bayplan.spec.llm_room import lacking
from bayplan.spec.model import Model
from bayplan.spec.model_memory import need_of
from bayplan.spec.name import HttpPath, Whole
from bayplan.spec.ray_serving import contradictions as ray_contradictions
from bayplan.spec.ray_serving import groups as ray_groups
from bayplan.spec.traits.canary import Canary
from bayplan.spec.traits.llm import Llm
from bayplan.spec.traits.ray_serve import RayServe
from bayplan.spec.traits.resources import Resources
from bayplan.spec.workloads.group import ANYWHERE, Group
from bayplan.spec.workloads.server import Server
from bayplan.spec.wrong import Wrong, refuse, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.model_memory import Need
    from bayplan.spec.traits.accelerator import Accelerator

DECODE, PREFILL, ROUTER = "decode", "prefill", "router"
"""Groups of pods that a router divides the work among."""
ROUTER_ASKS = Resources(cpu="2", memory="4Gi", memory_limit="16Gi")
"""Of a router, with what counts tokens for it."""
LOAD_SECONDS = 300
WARM_UP_SECONDS = 120
"""What a program needs besides reading its model: libraries, CUDA, graphs that are compiled."""
LONGEST_SECONDS = 7200
MORE_THAN_ANY_MIB = 2**40
"""Of memory: Kubernetes counts bytes in 63 bits."""


def _check_reference(text: str) -> str:
    name, _, version = text.partition(":")
    if not name or not version:
        refuse(f"{show(text)} names no version of a model", 'Write "resnet:2": a name, ":" and a version.')
    return text


def _quarter(pods: int) -> int:
    return -(-pods // 4)


ModelReference = Annotated[str, AfterValidator(_check_reference), Field(examples=["resnet:2"])]


class ModelServer(Server):
    """A model behind an HTTP or gRPC port: slow to start, costly to lose."""

    kind: Literal["ModelServer"] = "ModelServer"
    """Which kind of workload it is; in Python the class says it."""
    protocol: Literal["http", "grpc"] = "http"
    """What is spoken on `port`."""
    health: HttpPath = "/healthz"
    """HTTP path that answers 200 once the model is loaded; for gRPC the standard health service is asked. With `llm` it
    is vLLM's own, `/health`, where nothing else is said."""
    model: ModelReference | None = None
    """Which of the app's `models` it holds: `"resnet:2"`. Its files are there before the program starts, and it is told
    where: `MODEL_PATH`, `MODEL_NAME` and `MODEL_VERSION`. By default the image brings its model."""
    llm: Llm | None = None
    """A language model on vLLM: command, flags and settings follow from it, and `args` are put behind them. By default
    the image says how its model is held."""
    serving: Literal["plain", "kserve", "ray"] = "plain"
    """Who runs its replicas: `plain` needs nothing besides the cluster, `kserve` gives them to KServe, for those who
    watch and steer all their models there, `ray` to Ray Serve, for applications that are written for it. Address and
    access are the same; of `autoscale` Ray follows `concurrency`."""
    ray: RayServe | None = None
    """The application that Ray Serve answers with, and its cluster; with `serving: ray`, and only there."""
    load_seconds: Annotated[Whole, Field(ge=1, le=LONGEST_SECONDS)] = LOAD_SECONDS
    """How long loading the model may take before the replica is given up and restarted. For a `model` whose size is
    known the default is what reading it once takes, and two minutes."""
    canary: Canary | None = None
    """Another model server of the app that answers a share of its requests, to try a new version; by default none."""

    _held: Model | None = PrivateAttr(default=None)

    def hold(self, model: Model) -> None:
        """Note the model that it names: for its app alone, once."""
        self._held = model

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some parts said anew, which holds the same model."""
        copy = super().model_copy(update=update, deep=deep)
        copy._held = self._held  # noqa: SLF001 - its own
        return copy

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all servers, and those of language models."""
        yield from super().contradictions()
        yield from contradictions(self)
        yield from ray_contradictions(self)

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """Controllers, and accelerators that can hold the model."""
        yield from super().missing_on(cluster)
        yield from lacking(self, cluster)

    @property
    def in_mesh(self) -> bool:
        """Ray's parts find each other by address, on ports that they choose."""
        return self.serving != "ray"

    @property
    def held(self) -> Model | None:
        """The model that it names; None where its image brings it."""
        return self._held

    @property
    def health_path(self) -> str:
        """Where its health is asked."""
        return "/health" if self.llm and "health" not in self.model_fields_set else self.health

    @property
    def seconds_to_load(self) -> int:
        """How long a replica may take from its start to its first answer, its files being there."""
        computed = WARM_UP_SECONDS + self.held.read_seconds if self.held and self.held.read_seconds else LOAD_SECONDS
        said = self.load_seconds if "load_seconds" in self.model_fields_set else min(computed, LONGEST_SECONDS)
        return max(said, self.rollout.start_seconds)

    @property
    def need(self) -> Need | None:
        """Memory of each of its accelerators that its model takes; None where it has none, or nobody knows."""
        if not self.held or not self.accelerator:
            return None
        return need_of(self.held, self.llm, self.accelerator.count)

    @property
    def machines(self) -> int:
        """Machines that one replica takes."""
        if self.llm is None or self.accelerator is None:
            return 1
        count = self.accelerator.count
        return max(1, (self.llm.tensor or count) * self.llm.pipeline * self.llm.data // count)

    @property
    def has_own_router(self) -> bool:
        """Whether a router that is no controller's chooses its replicas."""
        return self.llm is not None and self.llm.routed and self.serving == "plain"

    @property
    def groups(self) -> tuple[Group, ...]:
        """Its replicas, on accelerators that can hold the model; those that take several machines are a gang."""
        [alike] = (replace(group, accelerator=self._roomy(group.accelerator)) for group in super().groups)
        if self.ray:
            return ray_groups(alike, self.ray, scales=self.autoscale is not None)
        if self.llm and self.serving == "kserve":
            return self._of_kserve(replace(alike, surge=_quarter(self.replicas_max)), self.llm)
        if self.machines == 1:
            return self._with_router(alike)
        # all of them in one zone: leaders are seated first, and elsewhere could find no room for their workers
        whole = replace(
            alike,
            pods_min=alike.pods_min * self.machines,
            pods_max=alike.pods_max * self.machines,
            surge=alike.surge * self.machines,
            spread=ANYWHERE,
            gang=self.gang or "zone",
        )
        return self._with_router(whole)

    def _with_router(self, alike: Group) -> tuple[Group, ...]:
        """Those that answer, and who chooses among them."""
        if not self.has_own_router:
            return (alike,)
        return (replace(alike, name=DECODE), Group(name=ROUTER, resources=ROUTER_ASKS, pods_min=1, pods_max=1, surge=1))

    def _of_kserve(self, alike: Group, llm: Llm) -> tuple[Group, ...]:
        """Those that write, those that read where they are apart, and the router.

        While a new version comes a quarter stands beside: KServe changes nothing of what Deployments do by default.
        """
        if not llm.needs_router:
            return (alike,)
        router = Group(name=ROUTER, resources=ROUTER_ASKS, pods_min=1, pods_max=1, surge=1)
        if llm.prefill is None:
            return (replace(alike, name=DECODE), router)
        pods = llm.prefill.replicas
        prefill = replace(
            alike,
            name=PREFILL,
            accelerator=self._roomy(llm.prefill.accelerator or self.accelerator),
            pods_min=pods,
            pods_max=pods,
            surge=_quarter(pods),
        )
        return (replace(alike, name=DECODE), prefill, router)

    def _roomy(self, accelerator: Accelerator | None) -> Accelerator | None:
        if accelerator is None or accelerator.slice or not self.held:
            return accelerator
        need = need_of(self.held, self.llm, accelerator.count)
        if need is None or need.mib <= accelerator.memory_mib:
            return accelerator
        return accelerator.model_copy(update={"memory": f"{min(need.mib, MORE_THAN_ANY_MIB)}Mi"})
