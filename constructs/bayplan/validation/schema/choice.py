"""Which of several alternatives somebody meant, so that the errors of that one are told and not of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jsonschema_rs import ValidationErrorKind as Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema_rs import ValidationError


def chosen(error: ValidationError, branches: Sequence[Sequence[ValidationError]]) -> Sequence[ValidationError]:
    """The errors of the alternative that fits best: right so far and wrong deep inside; empty when none stands out.

    An alternative whose very form is wrong (another type, a key that it asks for is not there) was not meant.
    """
    here = len(error.instance_path)
    meant = [
        branch
        for branch in branches
        if branch and not any(len(one.instance_path) <= here and isinstance(one.kind, _FORM) for one in branch)
    ]
    return meant[0] if len(meant) == 1 else ()


_FORM = (Kind.Type, Kind.Required, Kind.Not)
