"""Names, addresses and other short texts with a syntax of their own.

Each is refused here, with the line of its author, rather than by an API server hours later.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from bayplan.spec.wrong import refuse, show

NAME_MAX = 40
"""Kubernetes allows 63 characters in most names; the rest is room for the suffixes that are put behind."""

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_VALUE = r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
_PATH_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?P<name>((?=[^/]*[.:]|localhost/){_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?/)?{_PATH_PART}(/{_PATH_PART})*)"
    r"(?P<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?",
)
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "µs": 10**3, "μs": 10**3, "ns": 1}
"""In nanoseconds; Go knows both Unicode forms of micro."""


def _check_name(text: str) -> str:
    if len(text) > NAME_MAX:
        refuse(f"{show(text)} has {len(text)} characters", f"Use at most {NAME_MAX}: suffixes are put behind it.")
    if not re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", text):
        refuse(
            f"{show(text)} is no name",
            "Use small letters, digits and hyphens; begin with a letter, end with a letter or digit.",
        )
    return text


def _check_host(text: str) -> str:
    if (
        len(text) > 253
        or not re.fullmatch(rf"{_LABEL}(\.{_LABEL})+", text)
        or any(len(p) > 63 for p in text.split("."))
    ):
        refuse(
            f"{show(text)} is no host name",
            'Write a full one in small letters, without "https://": "chat.example.com".',
        )
    return text


def _check_path(text: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*", text) or len(text) > 1024 or "${" in text:
        refuse(f"{show(text)} is no path", 'Begin it with "/" and leave "?", "#" and spaces out: "/v1/predict".')
    return text


def _check_image(text: str) -> str:
    match = _IMAGE.fullmatch(text)
    if not match or len(match["name"]) > 255:
        refuse(
            f"{show(text)} is no image",
            'Write "registry.example.com/team/name:tag@sha256:<64 hex digits>": small letters in the name, no "https://".',
        )
    return text


def _check_plain(text: str) -> str:
    # the text is not repeated: settings have been known to hold what nobody should read
    if any(ord(c) < 32 and c not in "\n\t" for c in text) or "\x7f" in text:
        refuse("the text holds control characters", "Remove them.")
    if "${" in text:
        refuse('the text holds "${"', "Flux would replace it; let the program read its environment itself.")
    return text


def check_setting(text: str) -> str:
    """The name of an environment variable, refused where it is none."""
    if not re.fullmatch(r"[A-Za-z_][-._A-Za-z0-9]*", text) or len(text) > 253:
        refuse(f"{show(text)} is no name of a setting", 'Use letters, digits and "_": "LOG_LEVEL".')
    return text


def _check_key(text: str) -> str:
    prefix, slash, name = text.rpartition("/")
    if slash and (len(prefix) > 253 or not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", prefix)):
        refuse(f"{show(text)} is no key of a label", 'Write "name" or "example.com/name".')
    if len(name) > 63 or not re.fullmatch(_VALUE, name):
        refuse(
            f"{show(text)} is no key of a label",
            'Write "name" or "example.com/name", at most 63 characters in the name.',
        )
    return text


def _check_value(text: str) -> str:
    if text and (len(text) > 63 or not re.fullmatch(_VALUE, text)):
        refuse(f"{show(text)} is no value of a label", 'Use at most 63 letters, digits, "-", "_" and ".".')
    return text


def _check_version(text: str) -> str:
    if not re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){1,2}", text):
        refuse(f"{show(text)} is no version", 'Write "2.9" or "2.9.1".')
    return text


def _check_git_url(text: str) -> str:
    if re.fullmatch(r"[\w.-]+@[\w.-]+:[^/].*", text):
        user_host, _, path = text.partition(":")
        refuse(f"{show(text)} is the short form of git", f'Flux wants it spelled out: "ssh://{user_host}/{path}".')
    if re.match(r"https://[^/]*@", text):
        refuse("the URL holds credentials", "Take them out and name a secret instead: secret: <name>.")
    if len(text) > 2048 or not re.fullmatch(r"(https|ssh)://[^\s/?#]+/[^\s?#$]+", text):
        refuse(f"{show(text)} is no Git URL", 'Write "https://host/path" or "ssh://git@host/path".')
    return text


def _read_price(text: object) -> str:
    written = str(text) if isinstance(text, (str, int, float)) and not isinstance(text, bool) else ""
    match = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]{1,4})0*)?", written)
    if not match:
        refuse(f"{show(text)} is no price per hour", 'Write US dollars with at most four decimals: "0.4032".')
    decimals = (match[2] or "").rstrip("0")
    return str(int(match[1])) + (f".{decimals}" if decimals else "")


def _check_resource(name: str) -> str:
    _check_key(name)
    if "/" not in name or name.partition("/")[0].endswith("kubernetes.io"):
        refuse(f"'{name}' is no device that a plugin counts", 'Write its full name: "example.com/fpga".')
    if name.startswith(("nvidia.com/gpu", "nvidia.com/mig-")):
        refuse(f"'{name}' has words of its own", "Say it with accelerator; pools say it with their instance.")
    return name


def _check_duration(text: str) -> str:
    parts = _DURATION.findall(text)
    if not text or "".join(parts) != text:
        refuse(f"{show(text)} is no duration", 'Write "300ms", "30s" or "5m".')
    seconds = sum((_in_seconds(part) for part in parts), Fraction())
    if not Fraction(1, 1000) <= seconds <= 24 * 3600:
        refuse(f"{show(text)} is out of range", 'Write something between "1ms" and "24h".')
    if (seconds * 1000).denominator != 1:
        refuse(f"{show(text)} is finer than a millisecond", 'Write "300ms", "30s" or "5m".')
    return f"{seconds}s" if seconds.denominator == 1 else f"{float(seconds):.3f}".rstrip("0") + "s"


def _in_seconds(part: str) -> Fraction:
    number = part.rstrip("hmnsuµμ")
    return Fraction(number) * Fraction(_UNITS[part[len(number) :]], 10**9)


Name = Annotated[
    str,
    AfterValidator(_check_name),
    Field(json_schema_extra={"pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength": 40}),
]
"""A DNS-1123 label that starts with a letter (Services need that), with room for suffixes behind it."""
Host = Annotated[str, AfterValidator(_check_host)]
"""A full DNS name, no wildcard."""
HttpPath = Annotated[str, AfterValidator(_check_path), Field(json_schema_extra={"pattern": "^/"})]
"""A path of a URL, from its first slash, without query."""
Image = Annotated[str, AfterValidator(_check_image)]
"""`registry/name:tag@sha256:...` as container runtimes read it."""
PlainText = Annotated[str, AfterValidator(_check_plain)]
"""Any text that survives YAML and Flux unchanged."""
SettingName = Annotated[str, AfterValidator(check_setting)]
"""Name of an environment variable."""
LabelKey = Annotated[str, AfterValidator(_check_key)]
"""`name` or `example.com/name`."""
RegionName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40)]
"""A cloud's name of a region: `eu-central-1`."""
ResourceName = Annotated[str, AfterValidator(_check_resource)]
"""`example.com/fpga`: what device plugins count; never Kubernetes' own names."""
LabelValue = Annotated[str, AfterValidator(_check_value)]
"""At most 63 letters, digits, `-`, `_`, `.`; may be empty."""
VersionText = Annotated[str, AfterValidator(_check_version)]
"""`2.9` or `2.9.1`."""
GitUrl = Annotated[str, AfterValidator(_check_git_url), Field(json_schema_extra={"pattern": "^(https|ssh)://"})]
"""A URL that Flux can clone, without credentials in it."""
UsdText = Annotated[
    str,
    BeforeValidator(_read_price),
    Field(json_schema_extra={"pattern": r"^[0-9]{1,5}(\.[0-9]{1,4}0*)?$"}),
]
"""US dollars, canonical, at most four decimals."""
DurationText = Annotated[
    str, AfterValidator(_check_duration), Field(json_schema_extra={"examples": ["300ms", "30s", "5m"]})
]
"""A duration as Go and Istio read it, canonical: in seconds, so that every reader of protobuf's JSON takes it, too."""
Whole = Annotated[int, Strict()]
"""A whole number: text, true and 2.0 are refused rather than guessed at."""
