"""A benchmark case and its label."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Spot(NamedTuple):
    """A labelled line, 1-based."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One project with a failing test whose root cause is known.

    Attributes:
        folder: holds `project/` and `junit.xml`.
        nodeid: of the failing test.
        deterministic: whether it is a real regression, which no tool may call flaky.
        category: of the label.
        categories: all that are accepted.
        divergences: the divergence types that are accepted.
        roots: any of these lines is an exact hit.
        related: lines of the causal chain.
        polluter, state_setter: the other test of an order-dependent one, "" if there is none.
        requires: packages that the project needs beside pytest.
    """

    folder: Path
    nodeid: str
    deterministic: bool
    category: str
    categories: tuple[str, ...]
    divergences: tuple[str, ...]
    roots: tuple[Spot, ...]
    related: tuple[Spot, ...]
    polluter: str
    state_setter: str
    requires: tuple[str, ...]


def read_cases(folder: Path, only: Sequence[str] = ()) -> tuple[Case, ...]:
    """Read the cases of a folder, sorted by name.

    Args:
        folder: each case is a folder in it, with a `case.toml`.
        only: names of cases; empty for all.
    """
    labels = sorted(path for path in folder.glob("*/case.toml") if not only or path.parent.name in only)
    return tuple(_case(path.parent, tomllib.loads(path.read_text(encoding="utf-8"))) for path in labels)


def _case(folder: Path, label: Mapping[str, Any]) -> Case:
    return Case(
        folder=folder,
        nodeid=label["nodeid"],
        deterministic=label["verdict"] == "deterministic",
        category=label["category"],
        categories=(label["category"], *label.get("also_categories", ())),
        divergences=tuple(label.get("divergence", ())),
        roots=_spots(label.get("root_cause", ())),
        related=_spots(label.get("related", ())),
        polluter=label.get("polluter", ""),
        state_setter=label.get("state_setter", ""),
        requires=tuple(label.get("requires", ())),
    )


def _spots(lines: Sequence[Mapping[str, Any]]) -> tuple[Spot, ...]:
    return tuple(Spot(one["file"], one["line"]) for one in lines)
