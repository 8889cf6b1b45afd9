"""What a model server must agree on with itself: its language model, its accelerators, its parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.traits.llm import Llm
    from bayplan.spec.workloads.model_server import ModelServer


LLM_SERVICE_PORT = 8000
"""To which KServe's routes and pools lead."""
LONGEST_ROUTED = 33
"""Characters of a server's name, where its router is called as it is and `-router`."""


def contradictions(server: ModelServer) -> Iterator[Wrong]:
    """Everything in which the words of a model server exclude each other."""
    if server.canary and server.canary.to == server.name:
        yield Wrong(what=f"'{server.name}' is its own canary", fix="Name another model server.", at="/canary/to")
    yield from _of_kserve(server)
    if server.llm is None:
        return
    yield from _of_llm_service(server, server.llm)
    if server.model is None:
        fix = 'Say model: "llama:3.1-8b", and the model itself in the models of the app.'
        yield Wrong(what="a language model without its model", fix=fix, at="/llm")
    if server.protocol == "grpc":
        yield Wrong(what="vLLM answers by HTTP", fix="Leave protocol out.", at="/protocol")
    if server.accelerator is None and server.load is None:
        yield Wrong(what="a language model without accelerators", fix='Say accelerator: {model: "l4"}.', at="/llm")
    counts = [carrier.count for carrier in server.load.carried_by] if server.load else []
    counts += [server.accelerator.count] if server.accelerator else []
    found = [wrong for count in counts for wrong in parallel(server.llm, count)]
    yield from found
    if not found:
        yield from _several_machines(server, server.llm, counts)


def _of_kserve(server: ModelServer) -> Iterator[Wrong]:
    """What one InferenceService cannot be."""
    said = {"load": server.load is not None, "spot": 0 < server.spot_percent < 100}
    for word, given in said.items() if server.serving == "kserve" else ():
        if given:
            what = f"{word} makes several Deployments, and KServe makes one of each server"
            yield Wrong(what=what, fix=f"Remove {word}, or serving.", at=f"/{word}")


def _of_llm_service(server: ModelServer, llm: Llm) -> Iterator[Wrong]:
    """What KServe's service for language models is told otherwise."""
    if server.serving != "kserve":
        yield from _of_own_router(server, llm)
        return
    if "routed_by" in llm.model_fields_set:
        fix = "Remove it: the cluster's inferenceservice-config names the image."
        yield Wrong(what="routed_by with KServe's own router", fix=fix, at="/llm/routed_by")
    if server.port != LLM_SERVICE_PORT:
        what = f"KServe's language models answer on {LLM_SERVICE_PORT}, not on {server.port}"
        yield Wrong(what=what, fix=f"Say port: {LLM_SERVICE_PORT}.", at="/port")
    for word, given in (("expose", server.expose), ("canary", server.canary)):
        if given:
            fix = f"Remove {word}, or serving."
            yield Wrong(what=f"{word} is a matter of KServe's own gateway", fix=fix, at=f"/{word}")
    if llm.prefill and llm.prefill.accelerator and llm.tensor:
        count = llm.prefill.accelerator.count
        for wrong in parallel(llm, count):
            yield Wrong(what=f"prefill: {wrong.what}", fix=wrong.fix, at="/llm/prefill")


def _of_own_router(server: ModelServer, llm: Llm) -> Iterator[Wrong]:
    """What does not go with a router of the server's own."""
    if llm.prefill:
        what = "prefill takes KServe's router, which tells those that write where a prompt was read"
        yield Wrong(
            what=what, fix="Say serving: kserve, with kserve among the cluster's controllers.", at="/llm/prefill"
        )
        return
    if "routed_by" in llm.model_fields_set and not llm.routed:
        yield Wrong(what="routed_by without routed", fix="Say routed: true, or remove it.", at="/llm/routed_by")
    if not llm.routed:
        return
    if server.expose is None:
        what = "routed is for requests from outside, and none lead here"
        fix = 'Say expose: {host: "chat.example.com"}, or remove routed.'
        yield Wrong(what=what, fix=fix, at="/llm/routed")
    if len(server.name) > LONGEST_ROUTED:
        what = f"'{server.name}' has {len(server.name)} characters, and its router's name is longer by 7"
        yield Wrong(what=what, fix=f"Shorten it to {LONGEST_ROUTED} characters.", at="/name")
    said = {
        "load": (server.load is not None, "shares requests out by what each kind carries"),
        "canary": (server.canary is not None, "shares requests out by a number"),
        "spot": (0 < server.spot_percent < 100, "makes two Deployments"),
    }
    for word, (given, does) in said.items():
        if given:
            what = f"{word} {does}, and routed by how busy each replica is"
            yield Wrong(what=what, fix=f"Remove {word}, or routed.", at=f"/{word}")


def _several_machines(server: ModelServer, llm: Llm, counts: list[int]) -> Iterator[Wrong]:
    """What does not go with replicas that are a gang each."""
    if all((llm.tensor or count) * llm.pipeline * llm.data == count for count in counts):
        return
    said = {
        "load": server.load is not None,
        "serving": server.serving != "plain",
        "spot": 0 < server.spot_percent < 100,
        "storage": server.storage is not None and server.storage.size is not None,
    }
    for word, given in said.items():
        if given:
            what = f"a replica on several machines does not go with {word}"
            yield Wrong(what=what, fix=f"Remove {word}, or take a replica that fits into one machine.", at=f"/{word}")
    if server.survives == "zone":
        what = "replicas on several machines stand in one zone, and are lost with it"
        yield Wrong(what=what, fix="Say it twice, as two model servers.", at="/survives")


def parallel(llm: Llm, count: int) -> Iterator[Wrong]:
    """Sizes that do not divide into machines of `count` accelerators each."""
    tensor = llm.tensor or count
    if tensor > count:
        fix = f"Say tensor: {count} and pipeline: {-(-tensor // count)}: machines pass layers on, they share none."
        yield Wrong(what=f"tensor {tensor}, but a machine has {count} of its accelerators", fix=fix, at="/llm/tensor")
        return
    if count % tensor:
        fix = "Choose a tensor that divides accelerator.count."
        yield Wrong(what=f"{count} accelerators do not divide by tensor {tensor}", fix=fix, at="/llm/tensor")
        return
    whole = tensor * llm.pipeline * llm.data
    said = f"tensor {tensor} x pipeline {llm.pipeline} x data {llm.data} = {whole} accelerators"
    if whole % count:
        fix = "Change one of them so that whole machines are used."
        yield Wrong(what=f"{said} are no multiple of the {count} of one machine", fix=fix, at="/llm")
    elif whole > count and llm.data > 1 and (tensor < count or llm.pipeline > 1):
        fix = f"Say tensor: {count} and pipeline: 1, or replicas in place of data."
        yield Wrong(what=f"{said}: of data on several machines, each copy takes a whole one", fix=fix, at="/llm/data")
