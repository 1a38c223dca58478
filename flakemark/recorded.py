"""Reads what the flight recorder kept. Untrusted data: it comes from the job that ran the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flakemark.errors import UsageError
from flakemark.events import Trace
from flakemark.model import NodeId
from flakemark.runs import Failure
from flakemark.trace.format import read_trace

INDEX = "index.jsonl"
MOST_LINES = 100_000
_FIELDS = ("phase", "exception", "message", "crash", "where", "test_line", "text")


@dataclass(frozen=True, slots=True)
class RecordedFailure:
    """One natural failure: how it failed, and its trace."""

    failure: Failure
    trace: Trace


def read_recorded(folder: Path) -> tuple[dict[NodeId, RecordedFailure], tuple[str, ...]]:
    """Read the last recorded failure of every test.

    Args:
        folder: the DIR of `--flakemark-record=DIR`.

    Returns:
        failures by node id, and one line for each entry that cannot be used.

    Raises:
        UsageError: there is no readable index.
    """
    index = folder / INDEX
    try:
        lines = index.read_text(encoding="ascii").splitlines()[:MOST_LINES]
    except (OSError, ValueError) as error:
        raise UsageError(f"{index}: no readable index of recorded traces ({type(error).__name__}); was pytest run with --flakemark-record?") from error
    found: dict[NodeId, RecordedFailure] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            nodeid, recorded = _entry(folder, json.loads(line))
            found[nodeid] = recorded
        except (ValueError, TypeError, KeyError) as error:
            problems.append(f"{index}: line {number} cannot be used ({type(error).__name__})")
        except UsageError as error:
            problems.append(str(error))
    return found, tuple(problems)


def _entry(folder: Path, entry: dict[str, Any]) -> tuple[NodeId, RecordedFailure]:
    name = entry["file"]
    if not isinstance(name, str) or Path(name).name != name or (folder / name).is_symlink():
        raise ValueError(name)
    failure = Failure(**{field: str(entry["failure"][field])[:16_000] for field in _FIELDS})
    return NodeId(str(entry["nodeid"])), RecordedFailure(failure, read_trace(str(folder / name)))
