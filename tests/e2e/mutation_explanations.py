"""Why the API server and our schema check may differ.

The law is: what the server refuses, we refuse, whether its schema, its CEL rules or its Go code says so. What is left
of its code stands here. An explanation that nothing needs any more is to be removed: a test says so.
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
    mistakes: tuple[str, ...] = ()
    """Only these mistakes; all when empty."""
    words: str
    """What the stricter one says, as a regular expression."""

    def covers(self, verdict: Verdict) -> bool:
        """Whether a disagreement is of this kind."""
        if self.kinds != "all" and is_custom(verdict.mutation.body) != (self.kinds == "custom"):
            return False
        if self.mistakes and verdict.mutation.mistake not in self.mistakes:
            return False
        if self.refused_by == "us":
            return not verdict.server and re.search(self.words, verdict.ours) is not None
        return not (verdict.ours or breaks_schema(verdict)) and re.search(self.words, verdict.server) is not None


def explain(verdict: Verdict) -> Explanation | None:
    """The first explanation that covers a disagreement, if any does."""
    return next((one for one in EXPLANATIONS if one.covers(verdict)), None)


EXPLANATIONS = (
    Explanation(
        why="whether a namespace is labelled for administrators of devices is told by no single object",
        words=r"admin access to devices requires the",
    ),
    Explanation(
        why="JobSet's webhook, which takes no part here, refuses it (test_job_set_webhook.py), or the API server "
        "the Jobs that JobSet would make (test_refused_jobs.py)",
        refused_by="us",
        kinds="custom",
        words=r"^WRK0(19|30)",
    ),
    Explanation(
        why="operators refuse it, which take no part here: KubeRay in the object's status (test_ray.py), Flux when it "
        "compiles what tells health",
        refused_by="us",
        kinds="custom",
        words=r"^(WRK040|EXP003)",
    ),
    Explanation(
        why="the server writes it itself (uid, resourceVersion, ...) and compares; in a file it has no business",
        kinds="all",
        words=r"ParseUint|uid mismatch|field is immutable",
    ),
    Explanation(
        why="a null in a list counts as an empty entry, and each kind takes that otherwise; nobody writes it",
        mistakes=("a null in a list",),
        words=r"is invalid|unable to convert|Required value",
    ),
    Explanation(
        why="a null where a number may be text counts as 0, or a text that is null as an empty one",
        mistakes=("null",),
        words=r"Invalid value|Required value|Unsupported value",
    ),
    Explanation(
        why="fields that contradict each other and have no rule yet: longer than another, only beside another",
        words=r"must be greater than minReady|greater than or equal to `port`|can only be set when|may only be set"
        r"|must be (less than or )?equal to|manualSelector|unknown time zone|spec.serviceName"
        r"|must specify API group|spec.selector: Required|to support scaling to zero|should be a non-negative integer",
        kinds="all",
    ),
    Explanation(
        why="roles and their bindings: names of accounts and groups are judged where accounts are looked for",
        words=r"subjects\[\d+\]|roleRef",
    ),
    Explanation(
        why="server-side apply cuts a number of more than 32 bits and keeps another: nobody wants that, we refuse it",
        refused_by="us",
        words=r"must be at (most (2147483647|3600)|least -2147483648)",
    ),
    Explanation(
        why="a sleep of no seconds is one of 0; the OpenAPI says that `seconds` must be there, and so say we",
        refused_by="us",
        words=r"`seconds` is (null and so )?missing in `preStop.sleep`",
    ),
)
