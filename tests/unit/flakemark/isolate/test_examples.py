"""Do the examples of hypothesis decide, and nothing else that differs from run to run?"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from flakemark.isolate.examples import TRIED, isolate_examples
from flakemark.isolation import ConditionFlip, Tally
from flakemark.model import NodeId
from flakemark.runs import EXAMPLES, Failure, RunRequest
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, searched, told

SOURCE = """
from hypothesis import given, strategies as st

class TestText:
    @pytest.mark.slow
    @given(st.text())
    def test_it(self, text): ...

@hypothesis.given(
    st.text(),
)
def test_victim(text): ...

def test_plain(): ...
"""


def drawn(request: RunRequest) -> int:
    return next((it.seed for it in request.forcings if it.kind == EXAMPLES), request.seed)


def isolated(fails: Callable[[RunRequest], bool], victim: str = VICTIM, source: str = SOURCE) -> tuple[Scripted, ConditionFlip | None]:
    def answer(request: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if fails(request) else None

    runner = Scripted(answer)
    found = searched(runner)
    runner.asked.clear()
    return runner, isolate_examples(runner, found, NodeId(victim), lambda _: source, told)


@pytest.mark.parametrize(("victim", "line", "end"), [(VICTIM, 9, 11), ("test_x.py::TestText::test_it[a::b]", 6, 6)])
def test_the_decorator_is_named_if_its_examples_decide(victim: str, line: int, end: int) -> None:
    _, flip = isolated(lambda run: drawn(run) % 3 == 0, victim)
    assert flip is not None
    assert (flip.site.site.line, flip.site.site.end_line, flip.site.source_kind) == (line, end, "draw")
    assert (flip.to_failing, flip.to_passing) == (Tally(0, 30), Tally(30, 0))


def test_where_something_else_decides_nothing_is_claimed() -> None:
    chance = random.Random(3)
    assert isolated(lambda run: chance.random() < 0.4)[1] is None
    runner, flip = isolated(lambda run: run.seed % 3 == 0)
    assert flip is None
    assert len(runner.asked) == TRIED


@pytest.mark.parametrize(("victim", "source"), [("test_x.py::test_plain", SOURCE), ("test_x.py::test_gone", SOURCE), (VICTIM, "def (")])
def test_other_tests_are_not_asked(victim: str, source: str) -> None:
    runner, flip = isolated(lambda run: run.seed % 3 == 0, victim, source)
    assert flip is None
    assert runner.asked == []
