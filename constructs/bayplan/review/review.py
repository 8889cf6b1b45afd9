"""What a reviewer is told of a change: plain records, written as JSON by one job and read by another.

The job that reads is trusted and the one that writes may not be: `read` takes nothing that is not as this file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from bayplan.manifests.ref import Ref  # noqa: TC001 - pydantic reads the fields of dataclasses at run time
from bayplan.review.flow import Flow  # noqa: TC001 - the same
from bayplan.review.need import Need  # noqa: TC001 - the same
from bayplan.review.plan import Placement  # noqa: TC001 - the same
from bayplan.validation.finding import Severity, Status  # noqa: TC001 - the same


class Weight(IntEnum):
    """How much a reviewer should care; ordered."""

    NOTE = 1
    """Good to know."""
    ATTENTION = 2
    """Somebody should look: pods restart, traffic goes elsewhere, it costs more."""
    DANGER = 3
    """A service is down for a while, or data is lost."""
    BLOCKED = 4
    """It cannot be applied: Flux stops at it, and with it all that waits for it."""


class Topic(StrEnum):
    """What an effect is about; the parts of the report."""

    APPLY = "apply"
    """What the API server refuses."""
    DATA = "data"
    """What is lost and does not come back."""
    PRUNE = "prune"
    """What Flux deletes, and what it leaves behind."""
    ROLLOUT = "rollout"
    """Which pods are made anew."""
    OWNERSHIP = "ownership"
    """Who decides a field: Flux, an autoscaler, a queue, a person."""
    TRAFFIC = "traffic"
    """Who is reached by whom, and by which share."""
    PLACE = "place"
    """On which nodes pods run, and whether they fit."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Part:
    """One value of an object that is another now."""

    pointer: str
    """JSON pointer into the object as it is now; as it was, for what is gone."""
    path: str
    """The same for people, items of lists by their key: `spec.template.spec.containers[web].image`."""
    before: str
    """As JSON, shortened; "" for what was not there. Secrets are never told."""
    after: str
    why: str = ""
    """What explains it where nobody wrote it: a checksum of another object that has changed."""


class Kind(StrEnum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    MOVED = "moved"
    """The same object in another file, or applied by another Kustomization; it may have changed as well."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Change:
    """What became of one object."""

    cluster: str
    """Folder of the cluster; "" for a tree that shows none, "?" for what no cluster is given."""
    ref: Ref
    kind: Kind
    file: str
    """Where it stands now; where it stood, for what is gone. Below the reviewed folder."""
    line: int
    origin: str
    """The line that its author wrote: `apps/chat.yaml#L12`."""
    was: str = ""
    """Where a moved object stood, or who applied it, in words."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Effect:
    """One thing that will happen in a cluster when the change is synced."""

    cluster: str
    topic: Topic
    code: str
    """What it is, for tools, for ever: `pods-roll`."""
    weight: Weight
    ref: Ref
    """The object that it happens to."""
    pointer: str = ""
    """The part that brings it about."""
    says: str
    """What will happen, a sentence without its subject and its end: `rolls, one pod at a time`."""
    why: str = ""
    """What brings it about: `its image changes`."""
    fix: str = ""
    """What to do instead, or about it; "" where nothing is wrong."""
    file: str
    line: int
    origin: str
    doubt: str = ""
    """Why it may not happen after all; "" for what is sure."""
    pods: int = 0
    """Pods that are made anew or stopped."""
    pods_down: int = 0
    """Of them, how many are missing at worst at one time: what was there before less what is ready."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Image:
    """An image that another takes the place of."""

    cluster: str
    ref: Ref
    """The object whose template names it."""
    container: str
    before: str
    """As it is written; "" for a container that is new."""
    after: str
    """"" for a container that is gone."""
    pointer: str
    origin: str
    is_pinned: bool
    """Whether a digest says what runs now; a tag alone may be moved by anybody who can push."""
    says: str = ""
    """What a person should know of it, beyond from and to: `the same tag with another digest`."""


class State(StrEnum):
    """Since when a finding is there."""

    NEW = "new"
    FIXED = "fixed"
    STILL = "still"
    ACCEPTED = "accepted"
    """The change itself brings the waiver, the baseline or the setting that hides it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Told:
    """A finding of `check`, and since when it is there."""

    state: State
    severity: Severity
    rule: str
    status: Status
    ref: Ref
    file: str
    line: int
    pointer: str
    message: str
    fix: str
    origin: str
    why: str = ""
    """The reason that a waiver gives."""


class Verdict(StrEnum):
    """The first word of the report."""

    NOTHING = "nothing"
    """No object changes."""
    SAFE = "safe"
    """Nothing that anybody has to worry about."""
    ATTENTION = "attention"
    """It works, and somebody should know what it does."""
    DANGER = "danger"
    """A service is down for a while, data is lost, or a new finding says that something breaks."""
    BLOCKED = "blocked"
    """It cannot be applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All that there is to tell of a change."""

    format: Literal[1] = 1
    """Of the JSON; another number is another shape."""
    base: str
    """Revision that was compared with: its full hash."""
    head: str
    """Revision that was reviewed; "" for the working tree."""
    path: str
    """Folder that was reviewed, below the top of the repository; "." for all of it."""
    verdict: Verdict
    changes: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()
    images: tuple[Image, ...] = ()
    findings: tuple[Told, ...] = ()
    placements: tuple[Placement, ...] = ()
    flows: tuple[Flow, ...] = ()
    """Those that are opened or closed."""
    needs: tuple[Need, ...] = ()
    unknown: tuple[str, ...] = ()
    """What was not looked at, and why, a sentence each."""
    objects: int = 0
    """Of the head."""
