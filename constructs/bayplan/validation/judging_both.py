"""One cluster at two revisions, judged together: what a rule says of an object that has not changed is asked once.

Most rules look at nothing but the object. Whether one has looked around is watched, object by object: only then its
answer may be another in the other revision, and it is asked again there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from bayplan.manifests.crew import spread
from bayplan.manifests.yaml import collection_paused
from bayplan.validation.hits import finding, hits
from bayplan.validation.judging import judge, judge_some, judged_in, rules_by_kind
from bayplan.validation.kinds import kind_of
from bayplan.validation.registry import rules
from bayplan.validation.sameness import same_definitions
from bayplan.validation.shares import LEAST, firsts, plain, told
from bayplan.validation.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.finding import Finding
    from bayplan.validation.world import World


def judge_both(base: World, head: World) -> tuple[list[Finding], list[Finding]]:
    """The findings of a cluster as it was, and as it is: the same as those of `judge`, each by itself."""
    was, now = judged_in(base), judged_in(head)
    known = frozenset(map(id, now))
    left = tuple(one for one in was if id(one) not in known)
    before: list[Finding] = []
    after: list[Finding] = []
    both = Both(base, head, frozenset(map(id, was)))
    with collection_paused():
        for is_head, one in both.judged(now):
            (after if is_head else before).append(one)
    return [*before, *judge_some(left, base)], after


def judge_once(head: World) -> tuple[list[Finding], list[Finding]]:
    """The same for a cluster that has not changed."""
    found = [*judge(head)]
    about_changes = {rule.code for rule in rules() if rule.needs_base}
    return [one for one in found if one.rule not in about_changes], found


class Both:
    """A cluster at two revisions."""

    def __init__(self, base: World, head: World, was: frozenset[int]) -> None:
        self._base = base
        self._head = head
        self._was = was
        self._watched = Watched(head, steady(base, head))
        self._rules = rules_by_kind(with_base=head.base is not None)

    def judged(self, manifests: Sequence[Manifest]) -> Iterator[tuple[bool, Finding]]:
        """The findings on objects of the head: of the head (True), and of the base where they are the same there."""
        first = firsts(manifests)
        yield from self._judge_each(manifests[number] for number in first)
        left = [number for number in range(len(manifests)) if number not in first]

        def work(numbers: Sequence[int]) -> list[tuple[bool, Any]]:
            found = self._judge_each(manifests[number] for number in numbers)
            return [(is_head, plain(one)) for is_head, one in found]

        for share in spread(work, left, least=LEAST):
            yield from ((is_head, told(one)) for is_head, one in share)

    def _judge_each(self, manifests: Iterable[Manifest]) -> Iterator[tuple[bool, Finding]]:
        base, head, watched = self._base, self._head, self._watched
        world = cast("World", watched)
        for manifest in manifests:
            is_old = id(manifest) in self._was
            is_drafted_anew = is_old and head.draft_of(manifest) != base.draft_of(manifest)
            for rule in self._rules.get(kind_of(manifest), self._rules[""]):
                if not is_old or rule.needs_base:
                    for hit in hits(rule, manifest, head):
                        yield True, finding(rule, manifest, hit, head)
                    continue
                watched.has_looked = is_drafted_anew
                found = [*hits(rule, manifest, world)]
                again = [*hits(rule, manifest, base)] if watched.has_looked else found
                if found:
                    yield from ((True, finding(rule, manifest, hit, head)) for hit in found)
                if again:
                    yield from ((False, finding(rule, manifest, hit, base)) for hit in again)


def steady(base: World, head: World) -> frozenset[str]:
    """What of a cluster says the same of an object that is the same, at both revisions."""
    found = {"draft_of"}  # of the object itself, which is compared; others are found by looking around
    if base.settings == head.settings:
        found.add("settings")
    if base.cluster == head.cluster:
        found |= {"cluster", "kubernetes", "nodes"}
        if same_definitions(base, head):
            found.add("verdicts")
    return frozenset(found)
