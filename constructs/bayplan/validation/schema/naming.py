"""The forms of names in Kubernetes: each function says what is wrong with a text, or "".

Source: `util/validation` and `api/validation` of <https://pkg.go.dev/k8s.io/apimachinery>.
"""

from __future__ import annotations

import re

LABEL_MAX = 63
SUBDOMAIN_MAX = 253
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")


def label(text: str) -> str:
    """A DNS label of RFC 1123: what many names must be."""
    return _checked(text, _LABEL, LABEL_MAX, "small letters, digits and `-`, with a letter or digit at both ends")


def subdomain(text: str) -> str:
    """A DNS subdomain of RFC 1123: what most names must be."""
    form = "small letters, digits, `-` and `.`, with a letter or digit at both ends of each part"
    return _checked(text, _SUBDOMAIN, SUBDOMAIN_MAX, form)


def dns_1035(text: str) -> str:
    """A DNS label of RFC 1035, which begins with a letter."""
    return _checked(text, _DNS_1035, LABEL_MAX, "small letters, digits and `-`, with a letter first, no `-` last")


def label_value(text: str) -> str:
    """The value of a label."""
    return _checked(text, _VALUE, LABEL_MAX, "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")


def qualified(text: str) -> str:
    """The key of a label or annotation: a name, with the DNS name of its owner before a slash."""
    prefix, slash, name = text.rpartition("/")
    if slash and (wrong := subdomain(prefix) if prefix else "needs a domain before its `/`"):
        return f"has a domain before the `/` that {wrong}" if prefix else wrong
    return _checked(name, _PART, LABEL_MAX, "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")


def segment(text: str) -> str:
    """A part of a path: what names of roles must be at least."""
    if text in (".", ".."):
        return f"may not be `{text}`"
    return next((f"may not contain `{one}`" for one in "/%" if one in text), "")


def _checked(text: str, form: re.Pattern[str], longest: int, words: str) -> str:
    if len(text.encode("utf-8", "surrogatepass")) > longest:
        return f"has {len(text)} characters, at most {longest} are allowed"
    return "" if form.fullmatch(text) else f"must be {words}"
