"""Progress: one line that is overwritten on a terminal, one line per step elsewhere."""

from __future__ import annotations

import io

import pytest

from flakemark.model import Cost, Diagnosis, FailedTest, NodeId, Verdict
from flakemark.progress import Silence, TerminalProgress
from flakemark.runs import Spent

NODEID = NodeId("tests/test_it.py::test_\x1b[31m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tell(stream: io.StringIO, diagnosis: Diagnosis) -> str:
    progress = TerminalProgress(stream, 60.0)
    progress.test(1, 2, FailedTest(nodeid=NODEID))
    for runs in (1, 2, 3):
        progress.step("plain runs", Spent(runs, runs, 0, 1.0), 0.5 * runs)
    progress.step("repeating", Spent(4, 3, 1, 2.0), 2.0)
    progress.done(diagnosis)
    return stream.getvalue()


def flaky(**wishes: object) -> Diagnosis:
    return Diagnosis(nodeid=NODEID, verdict=Verdict.FLAKY, cost=Cost(4, 2.0), **wishes)  # type: ignore[arg-type]


def test_elsewhere_every_step_is_one_line() -> None:
    lines = tell(io.StringIO(), flaky()).splitlines()
    assert len(lines) == 4
    assert lines[0] == "[1/2] tests/test_it.py::test_?[31m"
    assert lines[2].split() == ["2.0", "s", "of", "60", "s,", "4", "runs", "(1", "failed)", "repeating"]
    assert lines[3].strip() == "flaky (4 runs, 2.0 s)"


def test_on_a_terminal_the_line_is_overwritten_and_cleared_at_the_end() -> None:
    text = tell(Terminal(), flaky())
    assert text.count("\n") == 2
    assert text.count("\r\x1b[K") == 5


def test_why_a_test_could_not_be_run_is_said_in_the_line() -> None:
    text = tell(io.StringIO(), Diagnosis(nodeid=NODEID, verdict=Verdict.ERROR, notes=("no\nsuch test",)))
    assert text.splitlines()[-1].strip() == "error: no?such test (0 runs, 0.0 s)"


def test_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    silence = Silence()
    silence.test(1, 1, FailedTest(nodeid=NODEID))
    silence.step("plain runs", Spent(), 0.0)
    silence.done(flaky())
    assert capsys.readouterr() == ("", "")
