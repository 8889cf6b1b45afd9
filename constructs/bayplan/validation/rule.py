"""The shape of a rule: one file, one sentence, one generator; its docstring is its documentation.

    '''A Service selects no pods.

    Why, in plain words: what happens in production. How to mend it.

    Source: <https://kubernetes.io/docs/concepts/services-networking/service/>
    '''
    BAD = '''<YAML that yields exactly this rule's code>'''
    GOOD = '''<the same, mended: yields nothing>'''

    @rule("NET001", severity=Severity.DOWN, rows=("S1",), kinds=("Service",), fix="...")
    def service_selects_no_pods(service: Manifest, world: World) -> Iterator[Hit]:
        ...
        yield Hit("/spec/selector", f"selects {labels}, which no pod carries")

The contract (kube-linter's): a rule may look at everything, but reports only on the object that it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bayplan.validation.finding import Confidence, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


class Hit(NamedTuple):
    """What a rule yields: where, and what is wrong there."""

    pointer: str
    message: str
    status: Status = Status.BROKEN


class Judge(Protocol):
    """The function of a rule."""

    __name__: str
    __module__: str

    def __call__(self, manifest: Manifest, world: World, /) -> Iterator[Hit]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule and what is said of it; title, reason and source are read from the docstring of its file."""

    code: str
    severity: Severity
    rows: tuple[str, ...]
    """Classes of defects that it finds, as the taxonomy names them: `W1`, `S2`."""
    confidence: Confidence
    needs_base: bool
    """Whether it compares with an earlier revision (`world.base`); without one it is not run, and that is said."""
    kinds: tuple[str, ...]
    """Kinds that it judges, with their group as kubectl writes them (`Service`, `Deployment.apps`); empty for all."""
    fix: str
    judge: Judge


def rule(
    code: str,
    *,
    severity: Severity,
    fix: str,
    kinds: tuple[str, ...] = (),
    rows: tuple[str, ...] = (),
    confidence: Confidence = Confidence.HIGH,
    needs_base: bool = False,
) -> Callable[[Judge], Rule]:
    """Make a generator function the rule of its file."""

    def make(judge: Judge) -> Rule:
        return Rule(
            code=code,
            severity=severity,
            kinds=kinds,
            rows=rows,
            confidence=confidence,
            needs_base=needs_base,
            fix=fix,
            judge=judge,
        )

    return make
