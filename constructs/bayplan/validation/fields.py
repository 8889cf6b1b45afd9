"""Reading fields of objects that anybody may have written: a value of the wrong type counts as absent.

Schema rules report wrong types; the rules between objects must neither stumble over them nor repeat the finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def value_at(body: object, *path: str) -> Any:  # noqa: ANN401 - it is what stands in the file
    """What stands at a path of keys, or None."""
    for key in path:
        if not isinstance(body, dict):
            return None
        body = body.get(key)
    return body


def text_at(body: object, *path: str) -> str:
    """The text at a path, or ""."""
    value = value_at(body, *path)
    return value if isinstance(value, str) else ""


def whole_at(body: object, *path: str) -> int | None:
    """The whole number at a path, or None."""
    value = value_at(body, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mapping_at(body: object, *path: str) -> dict[str, Any]:
    """The mapping at a path, or an empty one."""
    value = value_at(body, *path)
    return value if isinstance(value, dict) else {}


def texts_at(body: object, *path: str) -> dict[str, str]:
    """The mapping of text to text at a path (labels, annotations); entries of other types are left out."""
    return {key: value for key, value in mapping_at(body, *path).items() if isinstance(value, str)}


def mappings_at(body: object, *path: str) -> list[tuple[int, dict[str, Any]]]:
    """The mappings in the list at a path, each with its index in the list as it was written."""
    value = value_at(body, *path)
    if not isinstance(value, list):
        return []
    return [(index, item) for index, item in enumerate(value) if isinstance(item, dict)]


def words_at(body: object, *path: str) -> tuple[str, ...]:
    """The texts in the list at a path."""
    value = value_at(body, *path)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def is_variable(text: str) -> bool:
    """Whether a text is completed later: by Flux (`${NAME}`), a template (`{{ }}`) or a sed script (`$(NAME)`)."""
    return "${" in text or "{{" in text or "$(" in text


def annotation(body: Mapping[str, Any], name: str) -> str:
    """The value of an annotation, or ""."""
    return text_at(mapping_at(body, "metadata", "annotations"), name)
