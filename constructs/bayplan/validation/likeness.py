"""Whether two parts of an object say the same once the API server has put its defaults into both.

An update is refused for what differs there, and not for what differs on paper: `1` and `1000m` of CPU are one amount,
an empty list is none, and a port whose protocol is not said is TCP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.validation.amounts import exact
from bayplan.validation.fields import is_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULTS: dict[str, object] = {
    "dnsPolicy": "ClusterFirst",
    "defaultMode": 0o644,
    "failureThreshold": 3,
    "periodSeconds": 10,
    "protocol": "TCP",
    "readOnly": False,
    "schedulerName": "default-scheduler",
    "scheme": "HTTP",
    "successThreshold": 1,
    "terminationGracePeriodSeconds": 30,
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "timeoutSeconds": 1,
    "volumeMode": "Filesystem",
}
"""Keys with one default wherever they stand in a pod or a claim."""
AMOUNTS = frozenset({"limits", "requests", "capacity"})
SERVERS_OWN = frozenset({"creationTimestamp", "status"})
NOTHING: tuple[object, ...] = (None, "", [], {})


def differences(old: object, new: object, pointer: str = "") -> Iterator[str]:
    """The pointers of all parts that differ, as deep as both can be compared; lists of one length by position."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys(), key=str):
            yield from differences(old.get(key), new.get(key), step(pointer, str(key)))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, step(pointer, index))
    elif not (old == new and isinstance(old, bool) == isinstance(new, bool)):
        yield pointer


def settled(value: object, key: str = "") -> Any:  # noqa: ANN401 - any part of an object
    """A part as the API server would keep it: without what is empty or says the default, amounts as amounts."""
    if isinstance(value, dict):
        amounts = key in AMOUNTS
        kept = ((str(name), amount(item) if amounts else settled(item, str(name))) for name, item in value.items())
        found = {name: item for name, item in kept if not is_default(name, item)}
        if "image" in found and found.get("imagePullPolicy") == pull_policy(str(found["image"])):
            del found["imagePullPolicy"]
        return found
    if isinstance(value, list):
        return [settled(item, key) for item in value]
    return value


def is_default(key: str, value: object) -> bool:
    """Whether a key with this value says the same as no key."""
    if key in SERVERS_OWN:
        return True
    if any(value == nothing and isinstance(value, type(nothing)) for nothing in NOTHING):
        return not (key == "storageClassName" and value == "")  # no class at all, and not the default one
    return key in DEFAULTS and value == DEFAULTS[key]


def pull_policy(image: str) -> str:
    """When an image is pulled if nobody says it."""
    name = image.rpartition("/")[2]
    latest = "@" not in name and (":" not in name or name.endswith(":latest"))
    return "Always" if latest else "IfNotPresent"


def amount(value: object) -> object:
    """An amount that compares as Kubernetes compares it; what is none as it stands."""
    try:
        return exact(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else value
    except ValueError:
        return value


def has_variable(value: object) -> bool:
    """Whether any text in a part is completed later."""
    if isinstance(value, dict):
        return any(has_variable(item) for item in value.values())
    if isinstance(value, list):
        return any(has_variable(item) for item in value)
    return isinstance(value, str) and is_variable(value)
