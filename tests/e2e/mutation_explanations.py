"""Why the API server and our schema check may differ.

The law is: what the server refuses *by a schema*, we refuse. What its Go code and its CEL rules refuse on top is in no
schema; each kind of it stands here. An explanation that nothing needs any more is to be removed: a test says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.e2e.mutation_verdicts import breaks_schema, is_custom

if TYPE_CHECKING:
    from tests.e2e.mutation_verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A kind of disagreement that is allowed, and why."""

    why: str
    refused_by: Literal["server", "us"] = "server"
    """The one that is stricter."""
    kinds: Literal["all", "built-in", "custom"] = "built-in"
    words: str
    """What the stricter one says, as a regular expression."""

    def covers(self, verdict: Verdict) -> bool:
        """Whether a disagreement is of this kind."""
        if self.kinds != "all" and is_custom(verdict.mutation.body) != (self.kinds == "custom"):
            return False
        if self.refused_by == "us":
            return not verdict.server and re.search(self.words, verdict.ours) is not None
        return not (verdict.ours or breaks_schema(verdict)) and re.search(self.words, verdict.server) is not None


def explain(verdict: Verdict) -> Explanation | None:
    """The first explanation that covers a disagreement, if any does."""
    return next((one for one in EXPLANATIONS if one.covers(verdict)), None)


EXPLANATIONS = (
    Explanation(
        why="the server writes it itself (uid, resourceVersion, ...) and compares; in a file it has no business",
        kinds="all",
        words=r"ParseUint|uid mismatch|field is immutable",
    ),
    Explanation(
        why="names, label and annotation keys and label values are checked in Go; the schema says text",
        kinds="all",
        words=r"is invalid: \[?metadata\.(name|labels|annotations)",
    ),
    Explanation(
        why="CEL rules of CRDs: JSON Schema has no such language",
        kinds="custom",
        words=r"is invalid: \[?[\w.\[\]]+: Invalid value: ",
    ),
    Explanation(
        why="quantities, numbers that may be text and base64 are parsed in Go; the schema says text or number",
        words=r"quantities must match|cannot unmarshal number|illegal base64",
    ),
    Explanation(
        why="the words a field can be are not listed in the published OpenAPI of built-in kinds",
        words=r"Unsupported value|not a valid selector operator|must be '\w+' or|must be either",
    ),
    Explanation(
        why="shapes of names, paths, addresses, schedules inside of an object are checked in Go; the schema says text",
        words=r"RFC 1123|RFC 1035|a valid (label|percent|config key|CIDR|IP)|name part must|prefix part|must contain"
        r"|must be no more than|standard resource|absolute path|domain-prefixed|time zone|exactly 5 fields"
        r"|must be an integer|valid environment variable|fully qualified",
    ),
    Explanation(
        why="bounds of numbers are in no OpenAPI of built-in kinds, they are checked in Go",
        words=r"must be (greater|less) than|must be between|must be non-negative|must be in the range",
    ),
    Explanation(
        why="what must not be empty, or is needed beside something else, is checked in Go; schemas know absent only",
        words=r"Required value",
    ),
    Explanation(
        why="server-side apply cuts a number of more than 32 bits and keeps another: nobody wants that, we refuse it",
        refused_by="us",
        words=r"must be at (most 2147483647|least -2147483648)",
    ),
    Explanation(
        why="a sleep of no seconds is one of 0; the OpenAPI says that `seconds` must be there, and so say we",
        refused_by="us",
        words=r"`seconds` is (null and so )?missing in `preStop.sleep`",
    ),
    Explanation(
        why="fields that exclude each other or must agree are compared in Go; a schema sees one at a time",
        words=r"does not match template|cannot be both|may not be|Forbidden|Not found|empty selector|must be equal to"
        r"|can only|may only|must be Exists|effect must be|value must be empty|must be specified|must specify"
        r"|must not be set|is required|cannot set both|requires indexed|more than two",
    ),
)
