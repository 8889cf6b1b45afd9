"""Forms of text by their name, as the API server checks them."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.functions.times import parse_timestamp
from bayplan.validation.cel.functions.urls import parse_url
from bayplan.validation.cel.values import NONE, Opaque, Optional, Value
from bayplan.validation.schema import naming

if TYPE_CHECKING:
    from collections.abc import Callable

_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)


class Format(Opaque):
    """A form of text."""

    type_name = "kubernetes.NamedFormat"

    def __init__(self, name: str) -> None:
        self.name = name

    def same(self, other: Value) -> bool:
        """By its name."""
        return isinstance(other, Format) and self.name == other.name


def _prefix(check: Callable[[str], str]) -> Callable[[str], str]:
    """The form of a name to which something is added: it may end with `-`."""
    return lambda written: check(f"{written[:-1]}a" if len(written) > 1 and written.endswith("-") else written)


def _byte(written: str) -> str:
    try:
        base64.b64decode(re.sub(r"[\r\n]", "", written), validate=True)
    except (binascii.Error, ValueError):
        return "invalid base64"
    return "" if written else "invalid base64"


def _date(written: str) -> str:
    try:
        return "" if re.fullmatch(r"\d{4}-\d\d-\d\d", written) and date.fromisoformat(written) else "invalid date"
    except ValueError:
        return "invalid date"


FORMS: dict[str, Callable[[str], str]] = {
    "byte": _byte,
    "date": _date,
    "datetime": lambda written: "" if parse_timestamp(written) is not None else "invalid datetime",
    "dns1035Label": naming.dns_1035,
    "dns1035LabelPrefix": _prefix(naming.dns_1035),
    "dns1123Label": naming.label,
    "dns1123LabelPrefix": _prefix(naming.label),
    "dns1123Subdomain": naming.subdomain,
    "dns1123SubdomainPrefix": _prefix(naming.subdomain),
    "labelValue": naming.label_value,
    "qualifiedName": naming.qualified,
    "uri": lambda written: "" if parse_url(written) is not None else "invalid URI",
    "uuid": lambda written: "" if _UUID.fullmatch(written) else "does not match the UUID format",
}


def _named(name: Value) -> Optional:
    return Optional(there=True, value=Format(name)) if text(name, "format.named") in FORMS else NONE


def _validate(form: Value, written: Value) -> Optional:
    if not isinstance(form, Format):
        raise no_overload("validate", form)
    wrong = FORMS[form.name](text(written, "validate"))
    return Optional(there=True, value=[wrong]) if wrong else NONE


def _constant(name: str) -> Callable[[], Format]:
    return lambda: Format(name)


ALONE: dict[str, Callable[..., Value]] = {f"format.{name}": _constant(name) for name in FORMS}
ALONE["format.named"] = _named
OF_VALUES: dict[str, Callable[..., Value]] = {"validate": _validate}
