"""Where a model's files are, and what each kind of place needs to be named by."""

from __future__ import annotations

import re

from pydantic import TypeAdapter

from bayplan.spec.name import Image
from bayplan.spec.wrong import refuse, show

_IMAGE: TypeAdapter[str] = TypeAdapter(Image)
_PATH = r"[A-Za-z0-9][A-Za-z0-9._=+-]*(/[A-Za-z0-9._=+-]+)*/?"
_FORMS = {
    "s3": (rf"[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9]/{_PATH}", '"s3://bucket/path"'),
    "hf": (r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*", '"hf://owner/name"'),
    "pvc": (rf"[a-z0-9]([-a-z0-9]{{0,61}}[a-z0-9])?(/{_PATH})?", '"pvc://claim/path"'),
}


def check_source(source: str) -> str:
    """The source as it was written; refused where it is none."""
    kind, _, rest = source.partition("://")
    if kind == "oci":
        _IMAGE.validate_python(rest)
        return source
    if kind not in _FORMS:
        forms = ", ".join(form for _, form in _FORMS.values())
        refuse(f"{show(source)} is no source of a model", f'Write "oci://registry/name:tag@sha256:...", {forms}.')
    pattern, form = _FORMS[kind]
    if not re.fullmatch(pattern, rest) or ".." in rest.split("/"):
        refuse(f"{show(source)} is no source of a model", f"Write {form}.")
    return source.rstrip("/")


def kind_of(source: str) -> str:
    """`oci`, `s3`, `hf` or `pvc`."""
    return source.partition("://")[0]


def claim_of(source: str) -> tuple[str, str]:
    """Of a `pvc://`: the name of the claim, and the path in it."""
    claim, _, path = source.partition("://")[2].partition("/")
    return claim, path
