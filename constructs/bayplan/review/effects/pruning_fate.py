"""Whether the cluster loses an object that has left the tree: who applied it, and what that one does about it.

A Flux Kustomization keeps a list of what it has applied. What is not among the next set is deleted if `prune` is true,
if the object still carries the labels of that Kustomization, and if nothing on the object in the cluster says that it
stays. A Kustomization that is deleted itself takes along all of its list, by its `deletionPolicy`.

Source: <https://github.com/fluxcd/kustomize-controller/blob/v1.9.6/internal/controller/kustomization_controller.go>,
`prune`, `finalize`, `deleteObjects`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bayplan.manifests.ref import Ref
from bayplan.validation.changes import WORDS, says
from bayplan.validation.delivery import FLUX
from bayplan.validation.fields import text_at, value_at
from bayplan.validation.flux.sources import parts_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison

KEEPING = (("prune", "disabled"), ("reconcile", "disabled"), ("ssa", "ignore"))
"""What an object may say, by annotation or label, so that Flux does not delete it."""
NOBODY = "nothing in this tree shows who applies it, so that it may stay where it is"
RACE = "Flux may read the new revision before that is in force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of an object that is not in the tree any more."""

    is_deleted: bool
    why: str
    """What deletes it, or why it stays: a sentence of its own without its end."""
    doubt: str = ""
    by: Ref | None = None
    """The Flux Kustomization that deletes it."""


class Fates:
    """Those of one step. Every object is asked about once."""

    def __init__(self, comparison: Comparison) -> None:
        self._base, self._head = comparison.base, comparison.head
        self._known: dict[int, Fate] = {}
        self._open: set[int] = set()
        self.lost: frozenset[Ref] = frozenset()
        while more := self._find_lost():
            self.lost |= more

    def of(self, gone: Manifest) -> Fate:
        """What becomes of an object of the base that the head has not."""
        if id(gone) not in self._known:
            self._open.add(id(gone))
            self._known[id(gone)] = self._with_what_holds_it(gone)
            self._open.discard(id(gone))
        return self._known[id(gone)]

    def _with_what_holds_it(self, gone: Manifest) -> Fate:
        """An object goes with its Namespace, whatever it says itself."""
        own = self._alone(gone)
        home = self._lost("", "Namespace", gone.ref.namespace) if gone.ref.namespace and not own.is_deleted else None
        if home is not None and (fate := self.of(home)).is_deleted:
            return replace(fate, why=f"its Namespace {home.ref.name} is deleted, and everything in it")
        return own

    def _lost(self, group: str, kind: str, name: str) -> Manifest | None:
        ref = Ref(group, kind, "", name)
        found = () if ref in self._head.inventory.by_ref else self._base.inventory.by_ref.get(ref, ())
        return next((one for one in found if id(one) not in self._open), None)

    def _alone(self, gone: Manifest) -> Fate:
        owners = self._base.delivered.owners.get(id(gone), ())
        if not owners:
            return Fate(is_deleted=True, why="it is not in the tree any more", doubt=NOBODY)
        for word, value in KEEPING:
            if says(gone, word, value):
                return Fate(is_deleted=False, why=f"it carries {WORDS}/{word}: {value}")
        fates = [self._by(owner, gone) for owner in owners]
        first = next((one for one in fates if one.is_deleted), fates[0])
        if len({one.is_deleted for one in fates}) > 1:
            return replace(first, doubt=f"{len(owners)} Kustomizations apply it, and not all of them delete it")
        return first

    def _by(self, owner: Manifest, gone: Manifest) -> Fate:
        """What the Kustomization that applied an object does about it."""
        now = self._head.inventory.by_ref.get(owner.ref)
        if now and owner.ref not in self.lost:
            return self._kept_by(owner, now[0])
        if owner is gone or id(owner) in self._open:
            return self._by_itself(owner)
        own = self.of(owner)
        if not own.is_deleted:
            return self._as_it_was(owner, own)
        if value_at(owner.body, "spec", "suspend") is True:
            return stays(f"{owner.ref} is suspended, and goes without what it has applied", own.doubt)
        policy = text_at(owner.body, "spec", "deletionPolicy") or "MirrorPrune"
        if policy == "Orphan" or (policy == "MirrorPrune" and value_at(owner.body, "spec", "prune") is not True):
            reason = f"deletionPolicy: {policy}" if policy == "Orphan" else "prune: false"
            return stays(f"{owner.ref} goes without what it has applied ({reason})", own.doubt)
        why = f"{owner.ref} is deleted, and with it all that it has applied"
        return Fate(is_deleted=True, why=why, doubt=own.doubt, by=owner.ref)

    def _find_lost(self) -> frozenset[Ref]:
        """Kustomizations that stand in the tree as before, and are deleted since nothing applies them any more."""
        found: set[Ref] = set()
        for was in self._base.by_kind.get(FLUX, ()):
            now = self._head.inventory.by_ref.get(was.ref, ())
            owners = {owner.ref for one in now for owner in self._head.delivered.owners.get(id(one), ())}
            is_left = now and was.ref not in self.lost and owners <= self.lost
            if is_left and self._base.delivered.owners.get(id(was)) and self._alone(was).is_deleted:
                found.add(was.ref)
        self._known.clear()
        return frozenset(found)

    def _kept_by(self, was: Manifest, now: Manifest) -> Fate:
        """The Kustomization is still there."""
        if self.misses_its_folder(was, now):
            path = text_at(now.body, "spec", "path")
            return stays(f"{now.ref} does not find {path} any more, and a sync that fails deletes nothing")
        failure = self._head.delivered.failures.get(now.ref)
        if failure is not None:
            doubt = "" if failure.why == "build" else "bayplan could not build it, and Flux may"
            return stays(f"{now.ref} cannot be built, and a sync that fails deletes nothing", doubt)
        if value_at(now.body, "spec", "suspend") is True:
            doubt = "" if value_at(was.body, "spec", "suspend") is True else RACE
            return stays(f"{now.ref} is suspended: it is deleted once that ends", doubt)
        if value_at(now.body, "spec", "prune") is not True:
            return stays(f"{now.ref} does not prune", RACE if value_at(was.body, "spec", "prune") is True else "")
        doubt = "" if value_at(was.body, "spec", "prune") is True else RACE
        return Fate(is_deleted=True, why=f"{now.ref} deletes what leaves its set", doubt=doubt, by=now.ref)

    def _by_itself(self, root: Manifest) -> Fate:
        """A Kustomization that applies itself has left its own set: it deletes itself, and then all that it applied."""
        if not self._has_folder(root):
            path = text_at(root.body, "spec", "path")
            return stays(f"{root.ref} does not find {path} any more, and a sync that fails deletes nothing")
        if value_at(root.body, "spec", "suspend") is True or value_at(root.body, "spec", "prune") is not True:
            return stays(f"{root.ref} does not prune")
        return Fate(is_deleted=True, why=f"{root.ref} leaves its own set and deletes itself", by=root.ref)

    def _as_it_was(self, owner: Manifest, own: Fate) -> Fate:
        """The Kustomization stays in the cluster though it is not in the tree: it goes on with its old words."""
        if not self._has_folder(owner) or value_at(owner.body, "spec", "prune") is not True:
            return stays(f"{owner.ref} stays, and deletes nothing", own.doubt)
        return Fate(is_deleted=True, why=f"{owner.ref} stays and prunes", doubt=own.doubt, by=owner.ref)

    def _has_folder(self, sync: Manifest) -> bool:
        """Whether the folder of a Kustomization of the base is still there."""
        folder = self._base.delivery.folder_of(sync) if self._base.delivery else None
        return folder is not None and self._is_there(folder)

    def misses_its_folder(self, was: Manifest, now: Manifest) -> bool:
        """Whether the folder of a Kustomization is gone; one that is there and empty is a set of nothing."""
        if self._head.delivery is not None and self._head.delivery.is_missing(now):
            return True
        folder = self._base.delivery.folder_of(was) if self._base.delivery else None
        return bool(folder) and parts_of(was) == parts_of(now) and not self._is_there(folder or "")

    def missed_its_folder(self, was: Manifest) -> bool:
        """Whether it was not there before either."""
        return self._base.delivery is not None and self._base.delivery.is_missing(was)

    def has_lost_its_folder(self, gone: Manifest) -> bool:
        """Whether a Kustomization that is not in the tree any more stays in the cluster without its folder."""
        had = self._base.delivery.folder_of(gone) if self._base.delivery else None
        return had is not None and not self._is_there(had) and not self.of(gone).is_deleted

    def _is_there(self, folder: str) -> bool:
        delivery = self._head.delivery
        if delivery is None:
            return False
        root = delivery.beyond.root
        return folder in delivery.folders or (root is not None and (root / folder).is_dir())


def stays(why: str, doubt: str = "") -> Fate:
    """The fate of what nobody deletes."""
    return Fate(is_deleted=False, why=why, doubt=doubt)


def fates(comparison: Comparison) -> Fates:
    """The fates of one step; made once."""
    if comparison not in _made:
        _made[comparison] = Fates(comparison)
    return _made[comparison]


_made: WeakKeyDictionary[Comparison, Fates] = WeakKeyDictionary()
