"""Names of images taken apart: registry, repository, tag, digest, and which of two versions is the older one."""

from __future__ import annotations

import re
from dataclasses import dataclass

HUB = "docker.io"
VERSION = re.compile(r"v?(\d+(?:\.\d+){0,3})(?:[-_+.]?(.*))?")
BEFORE_RELEASE = re.compile(r"(?:alpha|beta|rc|pre|dev|a|b|m)[-._]?(\d*)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImageName:
    """What an image is called."""

    registry: str
    repository: str
    """Without the registry: `library/nginx`."""
    tag: str
    """"" where none is written."""
    digest: str
    """`sha256:...`; "" where none is written."""


def named(image: str) -> ImageName:
    """Take a name apart as container runtimes do: what has a dot, a colon or is `localhost` is a registry."""
    rest, _, digest = image.partition("@")
    first, slash, more = rest.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, more) if is_registry else (HUB, rest)
    head, colon, tag = path.rpartition(":")
    repository = head if colon else tag
    if registry in (HUB, "index.docker.io") and "/" not in repository:
        registry, repository = HUB, f"library/{repository}"
    return ImageName(registry, repository, tag if colon else "", digest)


def age(before: str, after: str) -> int:
    """1 for a newer version, -1 for an older one, 0 where two tags say neither."""
    old, new = VERSION.fullmatch(before), VERSION.fullmatch(after)
    if not old or not new:
        return 0
    numbers = [[int(part) for part in one[1].split(".")] for one in (old, new)]
    if numbers[0] != numbers[1]:
        rest = {"" if BEFORE_RELEASE.fullmatch(one[2] or "") else one[2] or "" for one in (old, new)}
        is_one_line = len(rest) == 1 and abs(len(numbers[0]) - len(numbers[1])) <= 1
        return (1 if numbers[1] > numbers[0] else -1) if is_one_line else 0
    steps = [BEFORE_RELEASE.fullmatch(one[2] or "") for one in (old, new)]
    if all(steps) and steps[0] and steps[1]:
        return compared(old[2], new[2], int(steps[0][1] or 0), int(steps[1][1] or 0))
    if steps[0] and not new[2]:
        return 1
    return -1 if steps[1] and not old[2] else 0


def compared(before: str, after: str, old: int, new: int) -> int:
    """Two steps on the way to one release: rc2 comes after rc1 and after beta3."""
    names = [re.sub(r"[^a-z].*", "", one.lower()) for one in (before, after)]
    first, second = (names[0], old), (names[1], new)
    return (second > first) - (second < first)


def is_major(before: str, after: str) -> bool:
    """Whether the first number grows: more than the name of the version may be otherwise."""
    old, new = VERSION.fullmatch(before), VERSION.fullmatch(after)
    return bool(old and new and "." in old[1] + new[1] and int(new[1].split(".")[0]) > int(old[1].split(".")[0]))
