"""`bayplan explain`: why a workload runs where it runs, or what a rule means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan import pipeline
from bayplan.cli import app_options
from bayplan.cli.admitted import admit
from bayplan.cli.command import WELL, Command
from bayplan.cli.progress import tell

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from bayplan.placement.problem import Problem

CODE = re.compile(r"[A-Z]{3}\d{3}")


class ExplainOptions(app_options.AppOptions):
    """Options of `explain`."""

    what: str


def declare(parser: ArgumentParser) -> None:
    """Arguments of `explain`."""
    app_options.declare(parser)
    parser.add_argument("what", help="a workload (classifier/classifier) or the code of a rule (NET001)")


def run(options: ExplainOptions) -> int:
    """Explain a rule from its own file, or a workload from the plans."""
    if CODE.fullmatch(options.what.upper()):
        return explain_rule(options.what.upper(), options)
    return explain_workload(options.what, options)


def explain_rule(code: str, options: ExplainOptions) -> int:
    """Print what a rule says of itself."""
    from bayplan.validation.registry import explain

    explanation = explain(code)
    if options.json:
        from bayplan.report import json

        print(json.render(explanation))
    else:
        from bayplan.report.text import rule

        print(rule.render(explanation, color=options.color))
    return WELL


def explain_workload(workload: str, options: ExplainOptions) -> int:
    """Print, for every cluster that runs it, where and why."""
    from bayplan.placement.explain import explain

    platform = app_options.load(options)
    placed = pipeline.place(platform, tell)
    running = [one for one in placed if runs(one.problem, workload)] or placed
    explanations = {one.cluster.name: explain(one.problem, one.decision.plan, workload) for one in running}
    jobs = {name: one.of(workload) for name, one in admit(platform, placed).items()}
    if options.json:
        from bayplan.report import json

        print(json.render({name: [*parts, *filter(None, [jobs.get(name)])] for name, parts in explanations.items()}))
    else:
        from bayplan.report.text import admission, explanation

        for cluster, parts in explanations.items():
            for part in parts:
                print(explanation.render(cluster, part, color=options.color))
            verdict = jobs.get(cluster)
            if verdict:
                print(admission.sentence(cluster, verdict, color=options.color))
    return WELL


def runs(problem: Problem, workload: str) -> bool:
    """Whether a cluster runs it, whole or in parts."""
    return any(workload in (demand.workload, demand.of) for demand in problem.demands)


COMMAND = Command(
    example="bayplan explain classifier/classifier",
    options=ExplainOptions,
    declare=declare,
    run=run,
)
