"""Go's regular expressions, said so that Go, Rust, Python and JavaScript all read them alike."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?i\)|\(\?i:|[()]|.", re.DOTALL)
_LETTERS = re.compile(r"\\.|[a-zA-Z]-[a-zA-Z]|[a-zA-Z]")


def portable(pattern: str) -> str:
    """Write the flag `(?i)` out as `[Aa]`: ECMA's expressions, which JSON Schema speaks, do not have it."""
    if "(?i" not in pattern:
        return pattern
    out: list[str] = []
    folding = False
    around: list[bool] = []
    for token in _TOKEN.findall(pattern):
        match token:
            case "(?i)":
                folding = True
                continue
            case "(" | "(?i:":
                around.append(folding)
                folding = folding or token == "(?i:"
                out.append("(?:" if token == "(?i:" else token)
                continue
            case ")":
                folding = around.pop()
        out.append(_folded(token) if folding else token)
    return "".join(out)


def _folded(token: str) -> str:
    if token.startswith("["):
        others = (letters.swapcase() for letters in _LETTERS.findall(token) if not letters.startswith("\\"))
        return token[:-1] + "".join(dict.fromkeys(other for other in others if other not in token)) + "]"
    if len(token) == 1 and token.isascii() and token.isalpha():
        return f"[{token.upper()}{token.lower()}]"
    return token
