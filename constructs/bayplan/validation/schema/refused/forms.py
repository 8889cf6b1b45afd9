"""The forms that a text, a number or a mapping can be asked to have, as pieces of JSON Schema."""

from __future__ import annotations

from typing import Any

from bayplan.validation.schema.wording import SAYS

Piece = dict[str, Any]

_ALNUM = "[A-Za-z0-9]"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_NAME = rf"{_ALNUM}([-A-Za-z0-9_.]{{0,61}}{_ALNUM})?"
_DOMAIN_OF_KEY = r"[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*"
_PORT_NAME = r"[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*|[a-z0-9]+(-[a-z0-9]+)*-[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*"
_AMOUNT = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+)?"
_BASE64 = r"(([A-Za-z0-9+/][\r\n]*){4})*(([A-Za-z0-9+/][\r\n]*){2}(=[\r\n]*){2}|([A-Za-z0-9+/][\r\n]*){3}=[\r\n]*)?"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IP = rf"({_OCTET}\.){{3}}{_OCTET}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(([0-9]{{1,3}}\.){{3}}[0-9]{{1,3}})?"


def pattern(form: str, says: str, longest: int = 0) -> Piece:
    """A whole text of this form."""
    piece = {"pattern": f"^({form})$", SAYS: says}
    return piece | {"maxLength": longest} if longest else piece


def one_of(*words: str) -> Piece:
    """One of these words; null is no value and judged elsewhere."""
    return {"enum": [*words, None]}


def between(least: int, most: int | None = None) -> Piece:
    """A number in these bounds."""
    return {"minimum": least} if most is None else {"minimum": least, "maximum": most}


LABEL = pattern(_LABEL, "a name of small letters, digits and `-`, with a letter or digit at both ends", 63)
SUBDOMAIN = pattern(
    _SUBDOMAIN, "a name of small letters, digits, `-` and `.`, with a letter or digit at both ends", 253
)
DNS_1035 = pattern(
    "[a-z]([-a-z0-9]*[a-z0-9])?", "a name of small letters, digits and `-` that begins with a letter", 63
)
SEGMENT = pattern(r"[^/%]{3,}|[^/%.]|[^/%.][^/%]|[^/%][^/%.]", "a name without `/` and `%`, and not `.` or `..`")
SOME = {"minLength": 1}
QUALIFIED = pattern(
    rf"({_SUBDOMAIN}/)?{_NAME}",
    "a name of letters, digits, `-`, `_` and `.`, at most 63 of them, perhaps with a domain and `/` before it",
    317,
)
KEY = pattern(
    rf"({_DOMAIN_OF_KEY}/)?{_NAME}",
    "a key of letters, digits, `-`, `_` and `.`, at most 63 of them, perhaps with a domain and `/` before it",
    317,
)
VALUE = pattern(
    rf"({_ALNUM}([-A-Za-z0-9_.]*{_ALNUM})?)?",
    "text of letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, or empty",
    63,
)
LABELS: Piece = {"propertyNames": QUALIFIED, "additionalProperties": VALUE}
ANNOTATIONS: Piece = {"propertyNames": KEY}
DATA: Piece = {"propertyNames": pattern(r"[-._a-zA-Z0-9]+", "a key of letters, digits, `-`, `_` and `.`", 253)}
BASE64 = pattern(_BASE64, "base64 (use stringData for plain text)")
QUANTITY = pattern(rf"[+-]?({_AMOUNT})", "an amount such as 500m, 2 or 4Gi")
AMOUNT = pattern(rf"\+?({_AMOUNT})|-0+", "an amount such as 500m, 2 or 4Gi, not below zero") | {"minimum": 0}
PORT = between(1, 65535)
PORT_NAME = pattern(_PORT_NAME, "small letters, digits and `-`, at least one letter, no `-` at the ends or doubled", 15)
PORT_OR_NAME = PORT | PORT_NAME
COUNT = between(0)
COUNT_OR_SHARE = pattern("[0-9]+%", "a number, or a share such as 25%") | between(0, 2147483647)
COUNT_OR_PART = pattern("0*(100|[0-9]{1,2})%", "a number, or a share such as 25%, at most 100%") | between(
    0, 2147483647
)
ID = between(0, 2147483647)
PROTOCOL = one_of("TCP", "UDP", "SCTP")
PROTOCOL_OR_TCP = one_of("", "TCP", "UDP", "SCTP")
"""Where an empty text is taken for no text, and so for TCP."""
IP = pattern(_IP, "an IP address")
CIDR = pattern(rf"({_IP})/[0-9]{{1,3}}", "a network such as 10.0.0.0/8")
HOST = pattern(rf"(\*\.)?{_SUBDOMAIN}", "a DNS name, perhaps with `*.` before it", 253)
ENV_NAME = pattern(r"[ -<>-~]+", "printable ASCII without `=`")
TIME_ZONE = pattern(
    r"((posix|right)/)?((Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian"
    r"|Mexico|Pacific|US)/[A-Za-z0-9_+/-]+|C[ES]T(6CDT)?|Cuba|E[ES]T(5EDT)?|Egypt|Eire|Factory|GB(-Eire)?|GMT([+-]?0)?"
    r"|Greenwich|HST|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|M[ES]T(7MDT)?|NZ(-CHAT)?|Navajo|PRC"
    r"|PST8PDT|Poland|Portugal|RO[CK]|Singapore|Turkey|UCT|UTC|Universal|W-SU|WET|Zulu)",
    "the name of a time zone such as Europe/Berlin or Etc/UTC",
)
API = pattern(r"[^/]+/[^/]+|v1", "a group and a version such as apps/v1")
EXTERNAL_NAME = pattern(rf"{_SUBDOMAIN}\.?", "a DNS name", 254)
NO_IP = {"not": {"pattern": rf"^({_OCTET}\.){{3}}{_OCTET}$"}}
SCHEDULE = pattern(r"(@[a-z]+( .+)?|\s*\S+(\s+\S+){4}\s*)", "five fields such as `0 3 * * *`, or a word such as @daily")
ABSOLUTE = pattern(r"/[\s\S]*", "an absolute path")
ABOVE_ZERO = between(1)
RESOURCE = pattern(
    rf"cpu|memory|ephemeral-storage|storage|hugepages-[^/]+|{_SUBDOMAIN}/{_NAME}",
    "cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a domain such as nvidia.com/gpu",
)
QUOTA = pattern(
    r"(requests\.|limits\.)?(cpu|memory|ephemeral-storage|hugepages-.+)|requests\.storage|count/.+|[^/]*\..*/.+"
    r"|pods|services(\.loadbalancers|\.nodeports)?|configmaps|secrets|persistentvolumeclaims|resourcequotas"
    r"|replicationcontrollers|[^/]+/[^/]+|(requests|limits)\.[^/]+/.+",
    "cpu, memory, pods, requests.<resource>, limits.<resource>, count/<resource>.<group>, ...",
)
CLUSTER_IP = pattern(rf"None|({_IP})?", "an IP address, None or empty")
IMAGE = pattern(r"\S([\s\S]*\S)?", "an image, without blanks around it")
SEARCH = pattern(
    r"\.|_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*\.?", "a domain in small letters", 254
)
SYSCTL = pattern(
    r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?",
    "a setting of the kernel such as net.core.somaxconn",
    253,
)
HEADER = pattern(r"[-A-Za-z0-9]+", "the name of a header: letters, digits and `-`")
WINDOWS_USER = pattern(
    r"([^\x00-\x1f\\]{1,255}\\)?(?=.*[^. ])[^\x00-\x1f\\\"/:;|=,+*?<>@\[\]]{1,104}",
    "a Windows user, perhaps DOMAIN\\user",
)
CONFIG_KEY = pattern(r"[-._a-zA-Z0-9]+", "a key of letters, digits, `-`, `_` and `.`", 253)
OPTIONAL_SUBDOMAIN = SUBDOMAIN | {"pattern": f"^$|{SUBDOMAIN['pattern']}"}
MANAGER = pattern(rf"{_SUBDOMAIN}/[^/ ].*", "a domain, `/` and a path, such as example.com/controller", 63)
ANY_AMOUNT: Piece = AMOUNT | {"type": ["number", "string", "null"]}
RESOURCES: Piece = {"propertyNames": RESOURCE, "additionalProperties": ANY_AMOUNT}


def each(piece: Piece) -> Piece:
    """Texts of this form in a list, where null is an empty one."""
    words = {"enum": [word for word in piece["enum"] if word is not None]} if "enum" in piece else {}
    return {"items": {**piece, **words, "type": "string"}}


def or_empty(piece: Piece) -> Piece:
    """The same, or an empty text, which counts as none."""
    return piece | {"pattern": f"^$|{piece['pattern']}"}


def needs(*fields: str) -> Piece:
    """Fields that must be written, and not be empty texts or lists."""
    return {"required": [*fields], "properties": {name: {"minLength": 1, "minItems": 1} for name in fields}}


def unless(condition: Piece, then: Piece, says: str) -> Piece:
    """Something that must hold where a condition does not; said in these words."""
    return {"allOf": [{"anyOf": [condition, then], SAYS: says}]}


def never_both(one: str, other: str) -> Piece:
    """Two fields that exclude each other."""
    return unless(absent(one), absent(other), f"must not set both `{one}` and `{other}`")


def absent(field: str) -> Piece:
    """A field that is not written."""
    return {"not": {"required": [field]}}


def all_of(*pieces: Piece) -> Piece:
    """All of several demands on a type."""
    return {"allOf": [part for piece in pieces for part in piece.get("allOf", [piece])]}


def any_of(*pieces: Piece) -> Piece:
    """One of several demands at least."""
    return {"anyOf": [*pieces]}


def is_word(field: str, *words: str) -> Piece:
    """A field that holds one of these words."""
    return {"required": [field], "properties": {field: {"enum": list(words)}}}


def exactly_one(*fields: str) -> Piece:
    """A choice between fields."""
    return {"oneOf": [{"required": [name]} for name in fields]}


def some_of(*fields: str) -> Piece:
    """At least one of some fields."""
    return {"anyOf": [{"required": [name]} for name in fields]}
