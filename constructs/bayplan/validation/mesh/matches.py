"""When one match of a route leaves nothing for another that comes after it.

Only what is sure is said: a condition that is not understood covers nothing but its equal.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mappings_at, words_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest

IGNORED = frozenset({"name", "statPrefix", "ignoreUriCase"})
EVERY_PATH = {"prefix": "/"}
EVERYTHING: Mapping[str, Any] = {}
"""The match of a rule that has none."""


class Match(NamedTuple):
    """One match of one rule of a VirtualService."""

    rule: int
    place: int
    """Its place in the rule; -1 for a rule without a match, which takes everything."""
    body: Mapping[str, Any]
    pointer: str


def matches_of(route: Manifest, protocol: str) -> Iterator[tuple[str, list[Match]]]:
    """The rules of a protocol: their pointer, and their matches in the order in which they are tried."""
    for number, rule in mappings_at(route.body, "spec", protocol):
        where = pointer("spec", protocol, number)
        listed = [Match(number, at, body, f"{where}/match/{at}") for at, body in mappings_at(rule, "match")]
        yield where, listed or [Match(number, -1, EVERYTHING, where)]


def covers(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Whether whatever `narrow` matches is matched by `wide`."""
    folds = (bool(wide.get("ignoreUriCase")), bool(narrow.get("ignoreUriCase")))
    if folds != (False, False) and wide.get("uri") and folds[0] is False:
        return False
    for key, value in wide.items():
        if key in IGNORED or value in (None, "", {}, [], 0) or (key == "uri" and value == EVERY_PATH):
            continue
        other = narrow.get(key)
        if key == "uri" and folds[0]:
            value, other = lowered(value), lowered(other)  # noqa: PLW2901 - compared without case
        if not COVERS.get(key, equal)(value, other):
            return False
    return True


def text_covers(wide: object, narrow: object) -> bool:
    """One condition on a text: `exact`, `prefix` or `regex`."""
    if not isinstance(wide, dict) or not isinstance(narrow, dict):
        return False
    if wide == narrow or (isinstance(wide.get("regex"), str) and wide["regex"] in ("*", ".*")):
        return True
    if not isinstance(wide.get("prefix"), str):
        return not wide  # an empty condition on a header asks only that it is there
    said = narrow.get("exact", narrow.get("prefix"))
    return isinstance(said, str) and said.startswith(wide["prefix"])


def texts_cover(wide: object, narrow: object) -> bool:
    """Conditions by name: headers, parameters. Whatever `wide` asks, `narrow` asks too."""
    if not isinstance(wide, dict) or not isinstance(narrow, dict):
        return False
    return all(name in narrow and text_covers(value or {}, narrow[name] or {}) for name, value in wide.items())


def same_entries(wide: object, narrow: object) -> bool:
    """Conditions that say what must not be, and labels: each of `wide` stands in `narrow` as well."""
    return isinstance(wide, dict) and isinstance(narrow, dict) and wide.items() <= narrow.items()


def list_covers(wide: object, narrow: object) -> bool:
    """Lists of which one entry is enough: all of `narrow` stand in `wide`."""
    narrow_words = words_at({"of": narrow}, "of")
    return bool(narrow_words) and set(narrow_words) <= set(words_at({"of": wide}, "of"))


def names_cover(wide: object, narrow: object) -> bool:
    """Lists of host names, with wildcards."""
    wide_words, narrow_words = words_at({"of": wide}, "of"), words_at({"of": narrow}, "of")
    return bool(narrow_words) and all(
        any(name == one or (one.startswith("*") and name.endswith(one[1:])) for one in wide_words)
        for name in narrow_words
    )


def equal(wide: object, narrow: object) -> bool:
    """Whatever else there is."""
    return wide == narrow


COVERS: dict[str, Callable[[object, object], bool]] = {
    "authority": text_covers,
    "destinationSubnets": list_covers,
    "gateways": list_covers,
    "headers": texts_cover,
    "method": text_covers,
    "queryParams": texts_cover,
    "scheme": text_covers,
    "sniHosts": names_cover,
    "sourceLabels": same_entries,
    "uri": text_covers,
    "withoutHeaders": same_entries,
}


def lowered(condition: object) -> object:
    """A condition on a text, without case."""
    if not isinstance(condition, dict):
        return condition
    return {key: value.lower() if isinstance(value, str) else value for key, value in condition.items()}
