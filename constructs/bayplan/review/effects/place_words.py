"""What pods ask of nodes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.consumption import show
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.togetherness import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.validation.amounts import Amounts
    from bayplan.validation.pods import Pod

NO_ACCELERATORS = ("kubernetes.io/", "hugepages-")
OPERATORS = {"In": "in", "NotIn": "not in", "Exists": "is there", "DoesNotExist": "is not there", "Gt": ">", "Lt": "<"}


def choice(pod: Pod) -> frozenset[str]:
    """The conditions by which nodes are chosen for a pod."""
    return frozenset(conditions(pod))


def conditions(pod: Pod) -> Iterator[str]:
    """Each condition, as a person would say it."""
    for key, value in texts_at(pod.spec, "nodeSelector").items():
        yield f"{key}={value}"
    required = mapping_at(pod.spec, "affinity", "nodeAffinity", REQUIRED)
    terms = [" and ".join(sorted(wanted(term))) for _, term in mappings_at(required, "nodeSelectorTerms")]
    if terms:
        yield " or ".join(terms)
    if node := text_at(pod.spec, "nodeName"):
        yield f"the name {node}"


def borne(pod: Pod) -> frozenset[str]:
    """The taints that a pod bears."""
    return frozenset(
        f"{text_at(one, 'key') or 'of any key'}{(value := text_at(one, 'value')) and f'={value}'}"
        for _, one in mappings_at(pod.spec, "tolerations")
    )


def wanted(term: Mapping[str, object]) -> Iterator[str]:
    """The expressions of one term."""
    for field in ("matchExpressions", "matchFields"):
        for _, one in mappings_at(term, field):
            operator, values = text_at(one, "operator"), ", ".join(words_at(one, "values"))
            name, word = text_at(one, "key"), OPERATORS.get(operator, operator)
            yield (
                f"{name}={values}"
                if operator == "In" and len(words_at(one, "values")) == 1
                else f"{name} {word} {values}"
            )


def accelerators(amounts: Amounts) -> Amounts:
    """What is asked for of devices: GPUs and what is like them."""
    return {
        key: value for key, value in amounts.items() if "/" in key and not any(word in key for word in NO_ACCELERATORS)
    }


def asked(amounts: Amounts) -> str:
    """Amounts in words."""
    return ", ".join(f"{show(key, value)} {key}" for key, value in sorted(amounts.items()) if value)


def per_pod(old: Amounts, new: Amounts, keys: Sequence[str], pods: int | None) -> str:
    """What one pod asks for, and what that makes for all of them."""
    steps = [f"{show(key, new.get(key, 0))} of {key} instead of {show(key, old.get(key, 0))}" for key in keys]
    told = f"{', '.join(steps)} for each of its pods"
    if not pods or pods == 1:
        return told
    changes = [(key, (new.get(key, 0) - old.get(key, 0)) * pods) for key in keys]
    sums = [f"{show(key, abs(change))} {'more' if change > 0 else 'less'} {key}" for key, change in changes]
    return f"{told}: {', '.join(sums)} for all {pods}"
