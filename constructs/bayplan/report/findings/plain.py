"""Text from a tree as it may be shown: nothing that a terminal obeys, nothing that opens a door.

Names and values come from files that anybody may have written. Control characters would move a cursor or hide a line,
marks that turn the direction of writing would show other words than there are. And what looks like a credential is not
repeated, wherever it stands: reports are kept, and read by many.
"""

from __future__ import annotations

import re

HIDDEN = "***"
WORDS = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_]?key|apikey|access[-_]?key(?:[-_]?id)?"
    r"|secret[-_]?key|private[-_]?key|encryption[-_]?key|connection[-_]?string|dsn|webhook[-_]?url)"
)
LOOKS_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}"
    r"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{20,}|\bnpm_[A-Za-z0-9]{30,}"
    r"|\bAIza[0-9A-Za-z_-]{35}|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}|\bdckr_pat_[A-Za-z0-9_-]{20,}"
)
IN_URL = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")
KEYED = re.compile(
    rf"""(?P<key>{WORDS}["']?\s*[:=]\s*)(?P<value>(?![{{\[$&*|>]|(?:true|false|null|~)\b)["']?[^\s,}}#][^,}}#]*)""",
    re.IGNORECASE,
)
NAMED = re.compile(rf"""(name:\s*["']?[\w.-]*{WORDS}["']?,\s*value:\s*)(?!\$)[^,}}]+""", re.IGNORECASE)
SAYS_SECRET = re.compile(rf"""name["']?:\s*["']?[\w.-]*{WORDS}["']?\s*$""", re.IGNORECASE)
VALUE = re.compile(r"""^(\s*(?:- )?["']?value["']?:\s*)(?![$\s{[]).+$""")

UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(at) for at in range(0xFE00, 0xFE10)}
UNSEEN |= {chr(at) for at in range(0xE0100, 0xE01F0)}
"""Characters that count as printable, and that nobody sees."""
PILED = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}")
"""Marks over and under a letter: so many cover the lines beside it."""


def plain(text: str, *, lines: bool = False) -> str:
    """Text without control characters and the like, which are shown by their number; in one line unless `lines`."""
    found = hidden(text)
    if found.isascii() and found.isprintable():
        return found
    return PILED.sub(lambda pile: pile[0][:2], "".join(letter(c, lines=lines) for c in found))


def letter(character: str, *, lines: bool) -> str:
    """A character as it may be shown."""
    is_seen = character.isprintable() and character not in UNSEEN
    return character if is_seen or (lines and character == "\n") else shown(character)


def shown(character: str) -> str:
    """A character that cannot be shown, as a program would write it."""
    if 0xD800 <= ord(character) < 0xE000:
        return f"\\u{ord(character):04x}"
    return " " if character in "\n\t" else character.encode("unicode_escape").decode()


def hidden(text: str) -> str:
    """Text without what looks like a credential."""
    if LOOKS_SECRET.search(text):
        text = LOOKS_SECRET.sub(HIDDEN, text)
    return IN_URL.sub(rf"\1:{HIDDEN}@", text) if "@" in text and "://" in text else text


def masked(line: str, before: str = "") -> str:
    """A line of YAML without the values that its keys, or the line before, call secret."""
    if SAYS_SECRET.search(before) and VALUE.match(line):
        return VALUE.sub(rf"\1{HIDDEN}", line)
    line = NAMED.sub(rf"\1{HIDDEN}", line)
    return hidden(KEYED.sub(lambda found: f"{found['key']}{HIDDEN}", line))
