"""What servers and the models that they name must agree on, within one app."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.spec.amount import parse, whole_mebibytes
from bayplan.spec.model_memory import gigabytes, room
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.app import App
    from bayplan.spec.model import Model
    from bayplan.spec.workloads.model_server import ModelServer

MODELS_FOLDER = "/models"


def hold(app: App) -> Iterator[Wrong]:
    """Give every server the model that it names, and tell everything in which the two contradict each other."""
    from bayplan.spec.workloads.model_server import ModelServer  # noqa: PLC0415 - words are made before they are asked

    models: dict[str, Model] = {}
    for number, model in enumerate(app.models):
        if model.reference in models:
            what = f"the model {model.reference} is there twice"
            yield Wrong(what=what, fix="Change the version of one of them.", at=f"/models/{number}/version")
        models[model.reference] = model
    servers = {one.name: one for one in app.workloads if isinstance(one, ModelServer)}
    for number, server in enumerate(app.workloads):
        if not isinstance(server, ModelServer):
            continue
        at = f"/workloads/{number}"
        if server.model and server.model in models:
            server.hold(models[server.model])
            yield from _agree(server, models[server.model], at)
        elif server.model:
            yield Wrong(what=f"no model is called '{server.model}'", fix=_near(server.model, models), at=f"{at}/model")
        yield from _canary(server, servers, at)


def _near(name: str, known: dict[str, Model]) -> str:
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"There are {', '.join(sorted(known))}." if known else "Say it in the models of the app."


def _canary(server: ModelServer, servers: dict[str, ModelServer], at: str) -> Iterator[Wrong]:
    if server.canary is None or server.canary.to == server.name:
        return
    at, name = f"{at}/canary/to", server.canary.to
    if name not in servers:
        close = get_close_matches(name, sorted(servers), n=1)
        fix = f'Did you mean "{close[0]}"?' if close else f"There are {', '.join(sorted(servers))}."
        yield Wrong(what=f"no model server of the app is called '{name}'", fix=fix, at=at)
        return
    other = servers[name]
    if (other.port, other.protocol) != (server.port, server.protocol):
        what = f"{name} listens to {other.protocol} on {other.port}, "
        what += f"{server.name} to {server.protocol} on {server.port}"
        yield Wrong(what=what, fix="Let both listen alike: callers know one address.", at=at)
    if other.has_own_router:
        what = f"{name} is routed, and its share would come past its router, from a gateway that may not call it"
        yield Wrong(what=what, fix="Remove routed there, or the canary here.", at=at)
    if other.canary:
        fix = "Give each server its own canary, or remove one."
        yield Wrong(what=f"{name} is a canary and has one itself", fix=fix, at=at)
    if other.expose and server.expose and other.expose.host == server.expose.host:
        what = f"{name} is exposed under {other.expose.host}, too"
        yield Wrong(what=what, fix=f"Remove expose from {name}: its requests come from {server.name}.", at=at)


def _agree(server: ModelServer, model: Model, at: str) -> Iterator[Wrong]:
    name = model.reference
    if server.storage and (server.storage.path + "/").startswith(f"{MODELS_FOLDER}/"):
        what = f"{server.storage.path} is where models are"
        yield Wrong(what=what, fix='Choose another path, for instance "/data".', at=f"{at}/storage/path")
    room = server.resources.ephemeral
    if room and model.kind in ("s3", "hf") and parse(room) < model.file_bytes:
        what = f"{name} is fetched onto the machine's disk and has {gigabytes(model.file_bytes)}, ephemeral is {room}"
        yield Wrong(what=what, fix="Raise it: what runs writes there, too.", at=f"{at}/resources/ephemeral")
    yield from _start(server, model, at)
    if server.llm:
        yield from _language(server, model, at)
    yield from _slice(server, model, at)


def _start(server: ModelServer, model: Model, at: str) -> Iterator[Wrong]:
    """Replicas that would be given up while they still read, again and again, at a rate that somebody has said."""
    from bayplan.spec.workloads.model_server import LONGEST_SECONDS  # noqa: PLC0415 - it asks this module

    takes, size = model.read_seconds, gigabytes(model.file_bytes)
    said = server.load_seconds if "load_seconds" in server.model_fields_set else LONGEST_SECONDS
    if takes > said and "rate" in model.model_fields_set:
        least = -(-model.file_bytes // (said * 10**6))
        what = f"reading the {size} of {model.reference} takes {takes} s at {model.rate} a second, "
        what += f"and a replica is given up after {said} s"
        fix = f'Say rate: "{least}M" of the model or more, if its storage gives that'
        fix += "." if said == LONGEST_SECONDS else ", or raise load_seconds."
        yield Wrong(what=what, fix=fix, at=f"{at}/load_seconds" if said < LONGEST_SECONDS else f"{at}/model")


def _language(server: ModelServer, model: Model, at: str) -> Iterator[Wrong]:
    """What vLLM would refuse, or could not be summed up."""
    llm, name = server.llm, model.reference
    if llm is None:
        return
    if not model.weight_bytes:
        fix = 'Say its parameters ("8B"), or the size of its files ("16G").'
        yield Wrong(what=f"the memory of {name} is not known", fix=fix, at=f"{at}/model")
    lacking = [word for word in ("layers", "heads", "head_size") if getattr(model, word) is None]
    if lacking:
        fix = f"Say {', '.join(lacking)}: they stand in its config.json."
        yield Wrong(what=f"what {name} keeps of each token is not known", fix=fix, at=f"{at}/model")
    tensors = [llm.tensor or carrier.count for carrier in server.load.carried_by] if server.load else []
    tensors += [llm.tensor or server.accelerator.count] if server.accelerator else []
    for tensor in sorted(set(tensors)):
        if model.heads and model.heads % tensor:
            fix = f"Choose a tensor that divides {model.heads}; pipeline may have any size."
            what = f"{model.heads} attention heads of {name} do not divide by tensor {tensor}"
            yield Wrong(what=what, fix=fix, at=f"{at}/llm/tensor")
    if model.layers and llm.pipeline > model.layers:
        what = f"pipeline {llm.pipeline} is more than the {model.layers} layers of {name}"
        yield Wrong(what=what, fix="Lower it.", at=f"{at}/llm/pipeline")


def _slice(server: ModelServer, model: Model, at: str) -> Iterator[Wrong]:
    """A slice has one size wherever it is cut, so that no cluster needs to be asked."""
    need, accelerator = server.need, server.accelerator
    if need is None or accelerator is None or not accelerator.slice:
        return
    wanted = accelerator.slice.partition(".")[2].upper().removesuffix("B")
    there = whole_mebibytes(wanted if accelerator.asks_profile else accelerator.slice)
    if need.mib > there:
        what = f"{model.reference} needs {gigabytes(need.mib * 2**20)} of a slice, {accelerator.slice} has "
        what += f"{room(there)}: {need}"
        yield Wrong(what=what, fix="Take a larger slice, or a whole accelerator.", at=f"{at}/accelerator/slice")
