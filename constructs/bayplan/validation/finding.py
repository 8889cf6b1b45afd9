"""What a rule has to say about one object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bayplan.manifests.ref import Ref  # noqa: TC001 - dataclass fields are read at run time


class Severity(IntEnum):
    """How bad it is; ordered, so that `max` and thresholds work."""

    RISK = 1
    """Something to know: a drain, an upgrade or a bad day will hurt."""
    LOSS = 2
    """Silent loss: no scaling, no policy, no metrics, and nobody is told."""
    DOWN = 3
    """The service is down or cannot be reached."""
    SYNC = 4
    """The sync fails, or objects are lost."""


class Confidence(IntEnum):
    """How often the rule is right when it says BROKEN."""

    LOW = 1
    """Worth a look: what is usual, and not what must be."""
    MEDIUM = 2
    """Right unless something outside of the tree does what nobody would expect."""
    HIGH = 3
    """The API server, the controller or the kubelet does just that."""


class Status(IntEnum):
    """Whether the rule could tell."""

    BROKEN = 1
    """It is wrong."""
    UNKNOWN = 2
    """Somebody else may own what is missing: it could not be told. Never counted as passed, never as an error."""
    ERROR = 3
    """The rule itself failed: a mistake in bayplan, to be reported there. Never counted as passed."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing that will go wrong, on one object, at one place."""

    file: str
    """Path below the judged root."""
    line: int
    rule: str
    """Code of the rule, for ever: `NET001`."""
    severity: Severity
    ref: Ref
    pointer: str
    """JSON pointer into the object; "" for the object as a whole."""
    message: str
    """What is wrong, with the names that are in the tree."""
    fix: str
    """What to do."""
    origin: str
    """Line that its author wrote: `apps/chat.yaml#L12`; the manifest's own line for other trees."""
    status: Status = Status.BROKEN
    confidence: Confidence = Confidence.HIGH
