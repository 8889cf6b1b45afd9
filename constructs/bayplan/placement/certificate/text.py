"""Certificates as plain lists of integers, for a lock file; what is read is not trusted, only checked for its form."""

from __future__ import annotations

from typing import Any, TypeAlias

from bayplan.placement.certificate.statement import Branch, Certificate, Leaf, RefusedError

Plain: TypeAlias = "int | list[Plain] | dict[str, Plain]"


def plain(certificate: Certificate) -> dict[str, Plain]:
    """What a lock file keeps."""
    return {
        "bound": certificate.bound,
        "scale": certificate.scale,
        "sets": [list(one) for one in certificate.sets],
        "root": _case(certificate.root),
    }


def _case(case: Branch | Leaf) -> dict[str, Plain]:
    if isinstance(case, Branch):
        return {"over": [case.over, case.at_most], "below": _case(case.below), "above": _case(case.above)}
    return {
        "values": list(case.values),
        "limits": [list(limit) for limit in case.limits],
        "weights": [[list(weight) for weight in weights] for weights in case.weights],
    }


def read(told: Any) -> Certificate:  # noqa: ANN401 - whatever stood in a file
    """The certificate that was kept; raises RefusedError where it does not have the form of one."""
    try:
        return Certificate(
            bound=_number(told["bound"]),
            scale=_number(told["scale"]),
            sets=tuple(tuple(_number(kind) for kind in one) for one in told["sets"]),
            root=_read(told["root"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise RefusedError("it does not have the form of a certificate") from None


def _read(told: Any) -> Branch | Leaf:  # noqa: ANN401 - whatever stood in a file
    if "over" in told:
        over, most = told["over"]
        below, above = _read(told["below"]), _read(told["above"])
        return Branch(over=_number(over), at_most=_number(most), below=below, above=above)
    return Leaf(
        values=tuple(_number(value) for value in told["values"]),
        limits=tuple((_number(at), _number(worth)) for at, worth in told["limits"]),
        weights=tuple(tuple((_number(at), _number(weight)) for at, weight in one) for one in told["weights"]),
    )


def _number(told: object) -> int:
    if type(told) is not int:
        raise TypeError
    return told
