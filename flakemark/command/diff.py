"""`flakemark diff`: two recorded traces in, where they part out."""

from __future__ import annotations

import argparse
from pathlib import Path

from flakemark.align import align, interleavings, timings
from flakemark.errors import UsageError
from flakemark.events import Trace
from flakemark.recorded import read_strangers_trace
from flakemark.report.difference import Difference, dumps_difference, render_difference
from flakemark.report.document import write_text


def run_diff(arguments: argparse.Namespace) -> int:
    """Compare two traces, print where they part, write the document that was asked for; returns the exit code."""
    passing, failing = _read(arguments.passing), _read(arguments.failing)
    difference = Difference(
        passing_file=str(arguments.passing),
        failing_file=str(arguments.failing),
        passing=passing,
        failing=failing,
        divergences=(*align(passing, failing), *interleavings(passing, failing), *timings(passing, failing)),
    )
    print(render_difference(difference))
    if arguments.json is not None:
        _write(arguments.json, dumps_difference(difference))
    return 0


def _read(path: Path) -> Trace:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; give two traces that `pytest --flakemark-record=DIR` kept")
    return read_strangers_trace(path)


def _write(path: Path, text: str) -> None:
    try:
        write_text(path, text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
