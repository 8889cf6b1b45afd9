"""bayplan's vocabulary: all that an app file needs to say.

Importing it starts no Node and no solver; each word is read when it is first used, so that `bayplan --help` is quick.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as in cli/run.py: editors and mypy know the name, and nothing has to be imported for it
if TYPE_CHECKING:
    from bayplan.spec.app import App
    from bayplan.spec.external import External
    from bayplan.spec.model import Model
    from bayplan.spec.traits.accelerator import Accelerator
    from bayplan.spec.traits.access import Access
    from bayplan.spec.traits.autoscale import Autoscale
    from bayplan.spec.traits.backlog import Lag, Query, QueueLength
    from bayplan.spec.traits.canary import Canary
    from bayplan.spec.traits.checkpoints import Checkpoints
    from bayplan.spec.traits.expose import Expose
    from bayplan.spec.traits.llm import Llm, Prefill
    from bayplan.spec.traits.load import Carrier, Load
    from bayplan.spec.traits.object_store import ObjectStore
    from bayplan.spec.traits.ray_serve import RayServe
    from bayplan.spec.traits.resources import Resources
    from bayplan.spec.traits.rollout import Rollout
    from bayplan.spec.traits.schedule import Window
    from bayplan.spec.traits.search import Search, StopEarly
    from bayplan.spec.traits.sign_in import SignIn
    from bayplan.spec.traits.slo import Slo
    from bayplan.spec.traits.spread import Spread
    from bayplan.spec.traits.storage import Storage
    from bayplan.spec.workloads.batch_job import BatchJob
    from bayplan.spec.workloads.model_server import ModelServer
    from bayplan.spec.workloads.role import Role
    from bayplan.spec.workloads.service import Service
    from bayplan.spec.workloads.spark_job import SparkJob
    from bayplan.spec.workloads.training_job import TrainingJob
    from bayplan.spec.workloads.tuning_job import TuningJob
    from bayplan.spec.workloads.workspace import Workspace

__all__ = [
    "Accelerator",
    "Access",
    "App",
    "Autoscale",
    "BatchJob",
    "Canary",
    "Carrier",
    "Checkpoints",
    "Expose",
    "External",
    "Lag",
    "Llm",
    "Load",
    "Model",
    "ModelServer",
    "ObjectStore",
    "Prefill",
    "Query",
    "QueueLength",
    "RayServe",
    "Resources",
    "Role",
    "Rollout",
    "Search",
    "Service",
    "SignIn",
    "Slo",
    "SparkJob",
    "Spread",
    "StopEarly",
    "Storage",
    "TrainingJob",
    "TuningJob",
    "Window",
    "Workspace",
]

_ROOMS = {
    "App": "app",
    "External": "external",
    "Accelerator": "traits.accelerator",
    "Access": "traits.access",
    "Autoscale": "traits.autoscale",
    "Carrier": "traits.load",
    "Expose": "traits.expose",
    "Lag": "traits.backlog",
    "Load": "traits.load",
    "Canary": "traits.canary",
    "Llm": "traits.llm",
    "Model": "model",
    "Query": "traits.backlog",
    "QueueLength": "traits.backlog",
    "RayServe": "traits.ray_serve",
    "Prefill": "traits.llm",
    "Resources": "traits.resources",
    "Rollout": "traits.rollout",
    "Slo": "traits.slo",
    "Spread": "traits.spread",
    "Storage": "traits.storage",
    "Window": "traits.schedule",
    "ModelServer": "workloads.model_server",
    "Service": "workloads.service",
    "BatchJob": "workloads.batch_job",
    "SparkJob": "workloads.spark_job",
    "ObjectStore": "traits.object_store",
    "TrainingJob": "workloads.training_job",
    "Checkpoints": "traits.checkpoints",
    "Role": "workloads.role",
    "Workspace": "workloads.workspace",
    "SignIn": "traits.sign_in",
    "TuningJob": "workloads.tuning_job",
    "Search": "traits.search",
    "StopEarly": "traits.search",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"bayplan has no word {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"bayplan.spec.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
