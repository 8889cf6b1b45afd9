"""From pydantic's errors to complaints in plain words, with the line that its author wrote."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step
from bayplan.spec.said import Said, Unplain
from bayplan.spec.vocabulary import word_at
from bayplan.spec.wrong import REFUSED, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from bayplan.complaint import Complaint
    from bayplan.spec.source import Source
    from bayplan.spec.word import Word

_KINDS_OF_DATA = {
    "int_type": ("whole number", "Write digits, without quotes."),
    "string_type": ("text", "Write text."),
    "dict_type": ("block of keys", "Write its parts as key: value."),
    "model_type": ("block of keys", "Write its parts as key: value."),
    "model_attributes_type": ("block of keys", "Write its parts as key: value."),
    "tuple_type": ("list", "Write it as a list, also where it has one item: [...]."),
}


def complain(error: ValidationError, word: type[Word], source: Source) -> Iterator[Complaint]:
    """One complaint for each thing that is wrong."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # its items were refused, each for itself
        pointer, key = _locate(source.said, detail["loc"])
        if detail["type"] == REFUSED:
            for wrong in detail["ctx"]["wrongs"]:
                what = f"{key}: {wrong.what}" if key and not wrong.at else wrong.what
                yield source.place(pointer + wrong.at).complain(what, wrong.fix)
            continue
        what, fix = _say(detail, word_at(word, detail["loc"]), source.written(pointer))
        plain = detail["type"] in ("missing", "extra_forbidden", "union_tag_not_found", "union_tag_invalid")
        yield source.place(pointer).complain(what if plain or not key else f"{key}: {what}", fix)


def _locate(said: object, loc: Sequence[int | str]) -> tuple[str, str]:
    """The JSON pointer of an error, and the last key on the way to it.

    pydantic puts names of union members into its path; they are in no file, so that they are passed over.
    """
    pointer, last = "", ""
    for part in loc:
        if isinstance(said, dict) and part in said:
            said, last = said[part], str(part)
        elif isinstance(said, list) and isinstance(part, int) and part < len(said):
            said = said[part]
        else:
            continue
        pointer = step(pointer, part)
    return pointer, last


def _say(detail: ErrorDetails, word: type[Word] | None, text: str | None) -> tuple[str, str]:
    """What is wrong and what to do, for an error of pydantic's own; `text` is what stands there without quotes."""
    written, kind, context = detail["input"], detail["type"], detail.get("ctx", {})
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    if isinstance(written, Unplain):
        return f"{written!r} is no plain data", "Write text, a number, a list or a word."
    match kind:
        case "missing":
            said = _describe(word, key)
        case "extra_forbidden":
            said = f"unknown key '{key}'", _hint(key, sorted(word.model_fields) if word else ())
        case "union_tag_not_found" | "union_tag_invalid":
            said = _say_kind(written, context)
        case "literal_error":
            said = f"{_shown(written, text)} is not possible here", _say_choice(written, text, context)
        case "greater_than_equal" | "less_than_equal":
            side, limit, way = ("below", context["ge"], "more") if "ge" in context else ("above", context["le"], "less")
            said = f"{show(written)} is {side} {limit}", f"Write {limit} or {way}."
        case "too_short":
            said = "there is none", "Name at least one."
        case "string_pattern_mismatch":
            said = f"{show(written)} is not in the form that is wanted", f"It must match {context['pattern']}."
        case _ if kind in _KINDS_OF_DATA:
            said = _say_data(kind, written, text)
        case _:
            said = f"{show(written)}: {detail['msg']}", ""
    return said


def _say_data(kind: str, written: object, text: str | None) -> tuple[str, str]:
    wanted, fix = _KINDS_OF_DATA[kind]
    if kind == "string_type" and isinstance(written, (int, float)):
        fix = f'Put it in quotes: "{json.dumps(written) if text is None else text}".'
    return f"{_shown(written, text)} is no {wanted}", fix


def _shown(written: object, text: str | None) -> str:
    """What is no text as its author wrote it: `1.10`, and not the number 1.1."""
    return show(written) if text is None or isinstance(written, str) else text


def _describe(word: type[Word] | None, key: str) -> tuple[str, str]:
    field = word.model_fields.get(key) if word else None
    return f"'{key}' is missing", field.description.replace("\n", " ") if field and field.description else ""


def _say_kind(written: object, context: Mapping[str, object]) -> tuple[str, str]:
    from bayplan.spec.workloads import kinds  # noqa: PLC0415 - only on the way to a complaint

    names = [kind.__name__ for kind in kinds()]
    if isinstance(written, Said):
        return f"{written.word}(...) is no workload", f"Write {' or '.join(f'{name}(...)' for name in names)}."
    if "tag" in context:
        return f"no kind of workload is called '{context['tag']}'", _hint(str(context["tag"]), names)
    if isinstance(written, dict):
        return "'kind' is missing", f"Say which kind of workload it is: {' or '.join(names)}."
    return f"{show(written)} is no workload", "Write its parts as key: value, beginning with kind."


def _say_choice(written: object, text: str | None, context: Mapping[str, object]) -> str:
    choices = [choice.strip("'") for choice in str(context["expected"]).replace(" or ", ", ").split(", ")]
    meant = str(written) if text is None else text
    if meant in choices:
        return f'Put it in quotes: "{meant}".'
    # no version is a slip of another
    near = [] if re.fullmatch(r"[0-9.]+", meant) else get_close_matches(meant, choices, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"Write one of {', '.join(choices)}."


def _hint(written: str, known: Sequence[str]) -> str:
    near = get_close_matches(written, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known are {', '.join(known)}."
