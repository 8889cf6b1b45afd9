"""Addresses of things: what Go's `net/url` reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.functions.texts import text
from bayplan.validation.cel.values import CelError, Opaque, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_URL = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|/)[^\x00-\x20\x7f]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+(?:%25[^\]]+)?\]|[^\[\]\\\"<>{}|^`:/?#@ ]*)(?::[0-9]*)?")


class Url(Opaque):
    """The address of a thing."""

    type_name = "kubernetes.URL"

    def __init__(self, parts: SplitResult) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return self.parts.geturl()

    def same(self, other: Value) -> bool:
        """Written alike."""
        return isinstance(other, Url) and self.parts == other.parts


def parse_url(written: str) -> SplitResult | None:
    """What Go's `url.ParseRequestURI` takes: an absolute address, or an absolute path."""
    if not _URL.fullmatch(written):
        return None
    try:
        parts = urlsplit(written, allow_fragments=False)
        if written.startswith("/") and not written.startswith("//"):
            parts = SplitResult("", "", *written.partition("?")[::2], "")
        host = parts.netloc.rpartition("@")[2]
        good = _HOST.fullmatch(host) and not _BAD_ESCAPE.search(f"{parts.netloc}{parts.path}")
        return parts if good and (parts.netloc or parts.path.startswith("/") or parts.scheme) else None
    except ValueError:
        return None


def _url(written: Value) -> Url:
    parts = parse_url(text(written, "url"))
    if parts is None:
        raise CelError(f"{written!r} is no URL")
    return Url(parts)


def _of_url(name: str, function: Callable[[SplitResult], Value]) -> Callable[[Value], Value]:
    def of(one: Value) -> Value:
        if not isinstance(one, Url):
            raise no_overload(name, one)
        return function(one.parts)

    return of


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _hostname(parts: SplitResult) -> str:
    host = _host(parts)
    return host[1 : host.index("]")] if host.startswith("[") else host.partition(":")[0]


def _port(parts: SplitResult) -> str:
    return _host(parts).rpartition("]")[2].rpartition(":")[2] if ":" in _host(parts).rpartition("]")[2] else ""


ALONE: dict[str, Callable[..., Value]] = {
    "isURL": lambda written: parse_url(text(written, "isURL")) is not None,
    "url": _url,
}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "getEscapedPath": _of_url("getEscapedPath", lambda parts: quote(unquote(parts.path), safe="/$&+,;=:@!'()*~%-._")),
    "getHost": _of_url("getHost", _host),
    "getHostname": _of_url("getHostname", _hostname),
    "getPort": _of_url("getPort", _port),
    "getQuery": _of_url("getQuery", lambda parts: parse_qs(parts.query, keep_blank_values=True)),
    "getScheme": _of_url("getScheme", lambda parts: parts.scheme),
}
