"""What a pod claims of devices is refused by the API server.

Flux then applies nothing of its Kustomization. Requests of one claim have names of their own, which constraints and
settings repeat; a number belongs to `ExactCount` alone; conditions are CEL about `device`, whose capacities are amounts
(`device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('40Gi')) >= 0`) and whose result is true or false; access
for administrators, past all who use a device, is given in namespaces with a label for it only.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/>,
<https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/resource/validation/validation.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.expressions.places import texts_in
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]

BAD = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu, namespace: chat}
spec:
  spec:
    devices:
      requests:
        - name: gpu
          exactly:
            deviceClassName: gpu.nvidia.com
            selectors: [{cel: {expression: "device.capacity['gpu.nvidia.com'].memory >= quantity('40Gi')"}}]
"""
GOOD = BAD.replace("memory >= quantity('40Gi')", "memory.compareTo(quantity('40Gi')) >= 0")
ADMIN = "resource.kubernetes.io/admin-access"
PATHS = {"DeviceClass": "/spec", "ResourceClaim": "/spec/devices", "ResourceClaimTemplate": "/spec/spec/devices"}
SELECTORS = (
    "selectors.*.cel.expression",
    "requests.*.exactly.selectors.*.cel.expression",
    "requests.*.firstAvailable.*.selectors.*.cel.expression",
)
MOST, MOST_ALTERNATIVES = 32, 8
FULL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?/[A-Za-z_][A-Za-z0-9_]*")
"""Of an attribute, with the domain of its driver."""
DRIVER = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*")
EXTENDED = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


@rule(
    "GPU002",
    severity=Severity.SYNC,
    rows=("G1",),
    kinds=tuple(f"{kind}.resource.k8s.io" for kind in PATHS),
    fix="claim devices as the API server takes it",
)
def device_claim_is_refused(claim: Manifest, world: World) -> Iterator[Hit]:
    """Judge names and numbers of requests, what refers to them, and the types of conditions."""
    at = PATHS[claim.ref.kind]
    devices = mapping_at(claim.body, *at[1:].split("/"))
    yield from _conditions(devices, at)
    yield from _settings(devices, at)
    if claim.ref.kind == "DeviceClass":
        return
    yield from _requests(devices, at)
    yield from _references(devices, at)
    namespace = claim.ref.namespace
    for number, request in mappings_at(devices, "requests"):
        if value_at(request, "exactly", "adminAccess") is True:
            yield from _admin(world, namespace, f"{at}/requests/{number}/exactly/adminAccess")


def _conditions(devices: Body, at: str) -> Iterator[Hit]:
    from bayplan.validation.cel.device import wrong_with  # noqa: PLC0415 - loaded when the first expression is met
    from bayplan.validation.cel.values import CelSyntaxError  # noqa: PLC0415

    for place in texts_in(devices, SELECTORS):
        try:
            wrong = "" if is_variable(place.text) else wrong_with(place.text)
        except CelSyntaxError:
            continue  # EXP003 says so
        if wrong:
            yield Hit(f"{at}{place.pointer}", f"the condition {wrong}")


def _requests(devices: Body, at: str) -> Iterator[Hit]:
    seen: set[str] = set()
    if len(all_of_them := mappings_at(devices, "requests")) > MOST:
        yield Hit(f"{at}/requests", f"has {len(all_of_them)} requests, {MOST} are possible")
    for number, request in all_of_them:
        here, name = f"{at}/requests/{number}", text_at(request, "name")
        if name in seen:
            yield Hit(f"{here}/name", f"two requests are called {name}")
        seen.add(name)
        yield from _count(mapping_at(request, "exactly"), f"{here}/exactly")
        parts: set[str] = set()
        if len(many := mappings_at(request, "firstAvailable")) > MOST_ALTERNATIVES:
            message = f"has {len(many)} alternatives, {MOST_ALTERNATIVES} are possible"
            yield Hit(f"{here}/firstAvailable", message)
        for index, part in many:
            if (called := text_at(part, "name")) in parts:
                yield Hit(f"{here}/firstAvailable/{index}/name", f"two alternatives of {name} are called {called}")
            parts.add(called)
            yield from _count(part, f"{here}/firstAvailable/{index}")


def _count(part: Body, at: str) -> Iterator[Hit]:
    count = part.get("count")
    if text_at(part, "allocationMode") == "All" and isinstance(count, int) and count:
        yield Hit(f"{at}/count", f"asks for all devices, and for {count} of them")


def _references(devices: Body, at: str) -> Iterator[Hit]:
    """Names of requests that constraints and settings repeat; alternatives as `<request>/<alternative>`."""
    names = set()
    for _, request in mappings_at(devices, "requests"):
        name = text_at(request, "name")
        names |= {name, *(f"{name}/{text_at(part, 'name')}" for _, part in mappings_at(request, "firstAvailable"))}
    for part in ("constraints", "config"):
        for number, one in mappings_at(devices, part):
            said = words_at(one, "requests")
            for index, name in enumerate(said):
                place = f"{at}/{part}/{number}/requests/{index}"
                if name not in names and not any(map(is_variable, {name, *names})):
                    yield Hit(place, f"names the request {name}; there are {', '.join(sorted(names))}")
                elif name in said[:index]:
                    yield Hit(place, f"names the request {name} twice")


def _settings(devices: Body, at: str) -> Iterator[Hit]:
    """What all devices of a constraint have in common, and whom settings are for."""
    for number, one in mappings_at(devices, "constraints"):
        here = f"{at}/constraints/{number}"
        if "matchAttribute" not in one and "distinctAttribute" not in one:
            yield Hit(here, "says no attribute: matchAttribute or distinctAttribute")
        for word in ("matchAttribute", "distinctAttribute"):
            said = one.get(word)
            if isinstance(said, str) and not FULL_NAME.fullmatch(said) and not is_variable(said):
                message = (
                    f"{said or 'nothing'} is no attribute with the domain of its driver: gpu.nvidia.com/productName"
                )
                yield Hit(f"{here}/{word}", message)
    for number, one in mappings_at(devices, "config"):
        driver = text_at(one, "opaque", "driver")
        if "opaque" not in one:
            yield Hit(f"{at}/config/{number}", "has no settings of a driver: opaque")
        elif driver and not is_variable(driver) and not (DRIVER.fullmatch(driver) and len(driver) <= 63):
            yield Hit(f"{at}/config/{number}/opaque/driver", f"{driver} is no name of a driver, such as gpu.nvidia.com")
    extended = devices.get("extendedResourceName")
    if isinstance(extended, str) and not EXTENDED.fullmatch(extended) and not is_variable(extended):
        yield Hit(f"{at}/extendedResourceName", f"{extended or 'nothing'} is no resource of a domain: example.com/gpu")


def _admin(world: World, namespace: str, at: str) -> Iterator[Hit]:
    there = world.by_name.get(("Namespace", namespace), ())
    if any(texts_at(one.body, "metadata", "labels").get(ADMIN) == "true" for one in there):
        return
    status = Status.BROKEN if there else Status.UNKNOWN
    yield Hit(at, f"adminAccess takes a namespace with the label {ADMIN}: true, which {namespace} has not", status)
