"""What one more isolated run costs is measured beside a bare fork and a fresh process, and held against the targets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.forks.__main__ import BARE, FORK, FRESH, PROTOCOL, ratio, rows, targets
from benchmarks.forks.measure import Failed, Subject, Took, Way, bare, fresh, ours, pytest_in_a_fork

TESTS = """
import time
def test_nothing(): pass
def test_fails(): assert False
def test_works():
    end = time.process_time() + 0.1
    while time.process_time() < end: pass
"""


def measured(fork: float, fresh: float) -> list[dict[str, Took]]:
    """Return three rounds on a machine whose speed changes."""
    base = {BARE: 1.0, PROTOCOL: 1.25, FORK: fork, FRESH: fresh}
    return [{name: Took(speed * cost, 2 * speed * cost) for name, cost in base.items()} for speed in (0.001, 0.01, 0.1)]


@pytest.mark.parametrize(
    ("fork", "fresh", "held"),
    [
        (1.4, 30.0, [True, True, True]),
        (1.6, 30.0, [False, True, False]),
        (2.0, 41.0, [False, False, True]),
        (1.5, 30.0, [True, True, True]),
    ],
)
def test_targets_are_held_against_ratios_within_a_round(fork: float, fresh: float, held: list[bool]) -> None:
    assert [holds for holds, _ in targets(measured(fork, fresh), "test_a")] == held


def test_a_missed_target_says_its_figure() -> None:
    texts = [text for _, text in targets(measured(2.0, 20.0), "test_a")]
    assert "2.00x" in texts[0]
    assert "1.60x" in texts[1]
    assert "10x" in texts[2]


def test_a_row_has_times_and_ratios() -> None:
    assert ratio(measured(2.0, 40.0), FORK, PROTOCOL) == pytest.approx(1.6)
    (row,) = [row for row in rows(measured(2.0, 40.0)) if FORK in row]
    assert row == f"| {FORK} | 20.00 | 40.00 | 2.00x | 1.60x | 20x | 20x |"


def subject(folder: Path, test: str) -> Subject:
    tree = folder / "project"
    tree.mkdir(exist_ok=True)
    (tree / "test_ledger.py").write_text(TESTS, encoding="utf-8")
    (tree / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return Subject(tree, Path(sys.executable), test)


@pytest.mark.slow
@pytest.mark.parametrize("way", [bare, pytest_in_a_fork, ours(trace=False), ours(trace=True)])
def test_every_way_counts_the_processor_time_of_the_test(tmp_path: Path, way: Way) -> None:
    works, nothing = (way(subject(tmp_path, test), 2) for test in ("test_works", "test_nothing"))
    assert works.cpu - nothing.cpu > 0.05
    assert works.wall >= 0.1


@pytest.mark.slow
def test_a_fresh_process_counts_with_its_start(tmp_path: Path) -> None:
    """Its start differs from time to time by more than the test takes."""
    assert fresh(subject(tmp_path, "test_works"), 2).cpu > bare(subject(tmp_path, "test_works"), 2).cpu + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("way", [bare, ours(trace=False)])
def test_a_test_that_fails_is_told(tmp_path: Path, way: Way) -> None:
    with pytest.raises(Failed):
        way(subject(tmp_path, "test_fails"), 2)
