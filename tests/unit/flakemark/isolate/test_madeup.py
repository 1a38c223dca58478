"""Orders of things whose names are made up anew in every run, and names and numbers that are gone with it."""

from __future__ import annotations

from typing import Any

import pytest

from flakemark.align import align
from flakemark.events import TracedSite
from flakemark.isolate.flip import isolate
from flakemark.isolate.madeup import orders_of_made_up
from flakemark.isolate.suspects import made_for_a_run, suspects
from flakemark.isolation import Suspect
from flakemark.reproduction import Reproduction
from flakemark.runs import Failure, Outcome, RunRequest, RunResult
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, site, told, trace_of

OWN, THEIRS = ("00000000000040008000000000000001", "b" * 32), ("f" * 32, "c" * 32)
MADE, LISTED = site("vault.py:12", source="unique", name="uuid.uuid4"), site("vault.py:28", source="listing", name="Path.iterdir")
FAILED = failing_at("test_x.py:9")


def cards(names: list[str]) -> Any:
    return ["list", [["path", f"/tmp/shelf/{name}.json"] for name in names]]


def run(names: tuple[str, ...], order: list[str], failure: Failure | None) -> RunResult:
    events = [("main", MADE, ["uuid", name]) for name in names]
    outcome = Outcome.FAILED if failure else Outcome.PASSED
    trace = trace_of(*events, ("main", LISTED, cards(order)))
    return RunResult(request=RunRequest(victim=VICTIM, trace=True), outcome=outcome, seconds=0.1, failure=failure, trace=trace)


PASSING, FAILING = run(OWN, [*OWN], None), run(THEIRS, [*reversed(THEIRS)], FAILED)


def test_an_order_is_told_in_the_names_of_the_other_run() -> None:
    held, [order] = orders_of_made_up(suspects(PASSING, FAILING, align)[0])
    assert [force.site for force in held] == [MADE.site.key]
    assert order.to_passing.values == (cards([*OWN]),)
    assert order.to_failing.values == (cards([*reversed(OWN)]),)


@pytest.mark.parametrize(
    "failing",
    [
        run(THEIRS, [*THEIRS], FAILED),  # other names in the same order
        run(THEIRS, [THEIRS[0], "d" * 32], FAILED),  # another file
        run(OWN, [*reversed(OWN)], FAILED),  # the same names: nothing is to be translated
    ],
)
def test_other_files_and_the_same_order_are_no_such_order(failing: RunResult) -> None:
    assert orders_of_made_up(suspects(PASSING, failing, align)[0])[1] == []


def test_the_order_is_named_and_not_the_names() -> None:
    def answer(request: RunRequest) -> Failure | None:
        """Names are drawn; the second file comes first if that is forced, or the failing names."""
        forces = {force.site: force.values for force in request.forcings}
        names = [value[1] for value in forces.get(MADE.site.key, [["uuid", name] for name in OWN])]
        order = forces.get(LISTED.site.key)
        listed = [item[1] for item in order[0][1]] if order else []
        first = names[0] if names[0] in "".join(listed) else ""
        turned = not listed[0].endswith(f"{first}.json") if first else names == [*THEIRS]
        return FAILED if turned else None

    runner = Scripted(answer, trace=PASSING.trace or trace_of())
    found = Reproduction(passing=[PASSING], failing=[FAILING], failure=FAILED, known=True)
    [flip] = isolate(runner, found, align, told).flips
    assert [suspect.site for suspect in flip.suspects] == [LISTED]
    assert (flip.to_failing.failed, flip.to_passing.passed) == (30, 30)
    assert {force.site for force in flip.passing_request.forcings} == {MADE.site.key, LISTED.site.key}


def test_names_that_changed_places_are_told_apart() -> None:
    swapped = OWN[::-1]
    found = suspects(PASSING, run(swapped, [*swapped], FAILED), align)[0]  # drawn the other way round, and listed in that order
    assert [order.to_failing.values for order in orders_of_made_up(found)[1]] == []
    turned = suspects(PASSING, run(swapped, [*OWN], FAILED), align)[0]
    assert [one.site for one in turned] == [MADE]


FOLDER = site("intake.py:16", source="temporary", name="tempfile.mkdtemp")
NUMBER = site("mint.py:4", source="pid", name="os.getpid")


def made(folder: str, number: int, *more: TracedSite) -> RunResult:
    events = [("main", FOLDER, ["held", folder]), ("main", NUMBER, ["held", number]), *(("main", one, None) for one in more)]
    return RunResult(request=RunRequest(victim=VICTIM), outcome=Outcome.PASSED, seconds=0.1, trace=trace_of(*events))


def made_suspects(*more: TracedSite) -> list[Suspect]:
    passing, failing = made("/tmp/desk_abcdefgh", 4711, *more), made("/tmp/desk_abc_efgh", 7, *more)
    return made_for_a_run(passing, failing, suspects(passing, failing, align)[1])


def test_names_and_numbers_of_a_run_can_be_had_again() -> None:
    folder, number = made_suspects()
    assert (folder.to_failing.values, number.to_failing.values) == (("/tmp/desk_abc_efgh",), (7,))
    assert folder.known
    assert number.known


def test_a_process_that_signals_are_sent_to_keeps_its_number() -> None:
    assert [suspect.site for suspect in made_suspects(site("mint.py:9", callee="kill"))] == [FOLDER]
    assert [suspect.site for suspect in made_suspects(site("mint.py:9", source="process", name="subprocess.run"))] == [FOLDER]
