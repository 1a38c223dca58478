"""Run in the environment of the original: `python -c THIS FILE TEST BUDGET OUT`, in the folder of the project.

Ten runs at a time, which is what it advises for rare failures, until a passing and a failing one are among them or the budget is
spent. A test of which no run records an event is not asked again: it cannot be run that way.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from typing import Any

RUNS = 10


def main(file: str, test: str, budget: str, out: str) -> None:
    """Ask, and write down what was said."""
    original: Any = import_module("flakemark").FlakeMark
    deadline, runs = time.monotonic() + float(budget), 0
    while True:
        report = original.diagnose_file(filepath=file, test_func_name=test, runs=RUNS, project_root=os.getcwd())
        runs += RUNS
        traces = report.trace_a, report.trace_b
        outcomes = sorted({trace.outcome for trace in traces})
        if len(outcomes) > 1 or not any(trace.events for trace in traces) or time.monotonic() > deadline:
            break
    first = [report.primary] if report.primary is not None else []
    others = [one for one in report.all_divergences if one is not report.primary]
    error = next((trace.error for trace in traces if trace.error), "")
    said = {
        "runs": runs,
        "outcomes": outcomes,
        "error": " ".join(error.split())[-120:],
        "events": sum(len(trace.events) for trace in traces),
    }
    said["divergences"] = [divergence(one, report.confidence) for one in [*first, *others]]
    with open(out, "w", encoding="utf-8") as target:
        json.dump(said, target)


def divergence(one: Any, confidence: float) -> dict[str, Any]:
    """Return a divergence as our report has it."""
    place = {"file": one.file, "line": one.line, "function": one.func}
    return {**place, "divergence_type": one.divergence_type.value, "confidence": confidence}


if __name__ == "__main__":
    main(*sys.argv[1:])
