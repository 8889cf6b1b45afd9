"""The plans of several clusters: each is a question of its own, so each may have a processor of its own."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.crew import spread
from bayplan.placement.decide import Decision, decide

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bayplan.placement.decide import Wishes
    from bayplan.placement.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be decided for a cluster."""

    problem: Problem
    lock: Path


def decide_each(questions: Sequence[Question], wishes: Wishes) -> list[Decision | tuple[Complaint, ...]]:
    """A decision for each question, or what is wrong with it, in their order."""

    def work(some: Sequence[Question]) -> bytes:
        return pickle.dumps([_decided(one, wishes) for one in some])

    shares = spread(work, questions, least=1)
    # our own child wrote it, a moment ago, and nobody else can have
    return [one for share in shares for one in cast("list[Decision]", pickle.loads(share))]  # noqa: S301


def _decided(question: Question, wishes: Wishes) -> Decision | tuple[Complaint, ...]:
    try:
        return decide(question.problem, question.lock, **wishes)
    except BadInput as bad:
        return bad.complaints
