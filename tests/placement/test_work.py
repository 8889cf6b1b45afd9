"""A limit of work: the same on every machine, for all questions together."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel, CpSolver

from bayplan.placement.work import is_spent, left, limited, run, spend


def hard() -> CpModel:
    """Packing of 60 sizes: far more work than any limit here."""
    model = CpModel()
    bins = [model.new_bool_var(f"bin {number}") for number in range(40)]
    for item in range(60):
        model.add_exactly_one(model.new_bool_var(f"{item} in {number}") for number in range(40))
    for number, used in enumerate(bins):
        sizes = [20 + item * 37 % 61 for item in range(60)]
        inside = [model.get_bool_var_from_proto_index(40 + item * 40 + number) for item in range(60)]
        model.add(sum(size * one for size, one in zip(sizes, inside, strict=True)) <= 100 * used)
    model.minimize(sum((7 + number % 5) * used for number, used in enumerate(bins)))
    return model


def ask(seconds: float) -> float:
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = seconds
    run(solver, hard())
    return float(solver.response_proto.deterministic_time)


def test_questions_share_the_limit() -> None:
    with limited(0.3):
        assert not is_spent()
        first = ask(0.2)
        second = ask(0.2)
        assert is_spent()
        assert ask(0.2) < 0.1
    assert 0.15 < first < 0.25
    assert second < 0.2
    assert not is_spent()


def test_without_a_limit_each_question_has_its_own() -> None:
    assert left() == float("inf")
    assert 0.15 < ask(0.2) < 0.25


def test_work_that_was_done_elsewhere_counts() -> None:
    with limited(1.0):
        spend(0.4)
        assert not is_spent()
        spend(0.7)
        assert is_spent()
        with limited(5.0):
            assert not is_spent()
        assert is_spent()
