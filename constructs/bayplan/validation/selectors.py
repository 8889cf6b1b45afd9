"""Label selectors, as the API server evaluates them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, texts_at, value_at, words_at

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One condition on one label.

    Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement>
    """

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def admits(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it. NotIn also holds for labels that lack the key; unknown operators hold for none."""
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return labels.get(self.key) not in self.values
            case "Exists":
                return self.key in labels
            case "DoesNotExist":
                return self.key not in labels
            case _:
                return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Labels that must be carried, and conditions beside them. Without either it selects everything."""

    labels: tuple[tuple[str, str], ...] = ()
    requirements: tuple[Requirement, ...] = ()

    def admits(self, labels: Mapping[str, str]) -> bool:
        """Whether labels are selected."""
        return all(labels.get(key) == value for key, value in self.labels) and all(
            requirement.admits(labels) for requirement in self.requirements
        )

    def __str__(self) -> str:
        words = [f"{key}={value}" for key, value in self.labels]
        words += [f"{one.key} {one.operator} {', '.join(one.values)}".rstrip() for one in self.requirements]
        return ", ".join(words) or "everything"


def of_labels(labels: Mapping[str, str]) -> Selector:
    """A selector by equality alone, as Services have it."""
    return Selector(labels=tuple(sorted(labels.items())))


def read(body: object, *path: str) -> Selector | None:
    """The `matchLabels` and `matchExpressions` at a path; None where there is no selector, which selects nothing."""
    value = value_at(body, *path)
    if not isinstance(value, dict):
        return None
    return Selector(
        labels=tuple(sorted(texts_at(value, "matchLabels").items())),
        requirements=tuple(
            Requirement(key=text_at(item, "key"), operator=text_at(item, "operator"), values=words_at(item, "values"))
            for _, item in mappings_at(value, "matchExpressions")
        ),
    )
