"""Order dependence: minimal tests, the state that they share, the line that writes it."""

from __future__ import annotations

import random

import pytest

from flakemark.isolate.order import isolate_order
from flakemark.isolation import OrderFlip, Tally
from flakemark.model import NodeId
from flakemark.runs import GARBAGE, Failure, Forcing, RunRequest, RunResult, StateChange, StateWrite
from tests.unit.flakemark.scripted import VICTIM, Followed, Scripted, failing_at, site, told, trace_of
from tests.unit.flakemark.simulation import Body, SimulatedRun, Simulation

WRITE = StateWrite("shop/cart.py", 12, "fill", "'full'")


def harmless(run: SimulatedRun) -> None:
    run.state["shop.log"] = (*run.state.get("shop.log", ()), run.request.victim)


def sets(*names: str) -> Body:
    def body(run: SimulatedRun) -> None:
        run.state.update(dict.fromkeys(names, "full"))

    return body


def needs(*names: str, all_of_them: bool = True) -> Body:
    """A victim that fails when these pieces are full."""

    def body(run: SimulatedRun) -> None:
        full = [run.state.get(name) == "full" for name in names]
        run.check("test_x.py:9", not (all(full) if all_of_them else any(full)))

    return body


def brittle(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.state.get("shop.cart") == "full")


def names(count: int = 10) -> list[NodeId]:
    return [NodeId(f"test_x.py::test_{number}") for number in range(count)]


def simulation(victim: Body, special: dict[int, Body], **settings: object) -> Followed:
    others: dict[str, Body] = {name: special.get(number, harmless) for number, name in enumerate(names())}
    return Followed({**others, VICTIM: victim}, writers={"shop.cart": WRITE}, **settings)  # type: ignore[arg-type]


def ordered(runner: Simulation) -> RunResult:
    return runner.run([RunRequest(victim=VICTIM, before=tuple(names()))])[0]


def isolated(runner: Simulation) -> OrderFlip:
    found = isolate_order(runner, ordered(runner), told)
    assert found is not None
    return found


def test_the_polluter_is_found_among_the_earlier_tests() -> None:
    found = isolated(simulation(needs("shop.cart"), {6: sets("shop.cart")}))
    assert found.pollutes
    assert found.tests == (names()[6],)
    assert (found.with_them, found.alone) == (Tally(0, 30), Tally(30, 0))


def test_two_polluters_that_only_fail_together_are_both_found_in_their_order() -> None:
    found = isolated(simulation(needs("shop.cart", "shop.user"), {8: sets("shop.cart"), 2: sets("shop.user")}))
    assert found.tests == (names()[2], names()[8])


def test_of_two_polluters_that_each_suffice_one_is_named() -> None:
    found = isolated(simulation(needs("shop.cart"), {2: sets("shop.cart"), 8: sets("shop.cart")}))
    assert len(found.tests) == 1


def test_the_state_that_heals_when_it_is_put_back_is_what_they_share() -> None:
    found = isolated(simulation(needs("shop.cart"), {6: sets("shop.cart", "shop.noise", "shop.more")}))
    assert found.change is not None
    assert (found.change.path, found.change.before, found.change.after) == ("shop.cart", "None", "'full'")
    assert found.healed == Tally(30, 0)
    assert found.write == WRITE


def test_of_several_pieces_that_heal_the_innermost_is_named() -> None:
    found = isolated(simulation(needs("shop", "shop.cart.items[]"), {6: sets("shop", "shop.cart.items[]")}))
    assert found.change is not None
    assert found.change.path == "shop.cart.items[]"


def test_pieces_that_heal_only_together_are_put_back_together() -> None:
    runner = simulation(needs("shop.cart", "shop.user", all_of_them=False), {6: sets("shop.cart", "shop.noise", "shop.user")})
    found = isolated(runner)
    assert found.change is not None
    assert found.change.path == "shop.cart"
    assert found.healed.passed == 30
    assert {run.restore for run in runner.asked if len(run.restore) > 1} >= {("shop.cart", "shop.user")}


def test_of_many_pieces_half_are_put_back_at_a_time() -> None:
    noise = tuple(f"shop.noise{number}" for number in range(60))
    runner = simulation(needs("shop.cart"), {6: sets(*noise[:30], "shop.cart", *noise[30:])})
    found = isolated(runner)
    assert found.change is not None
    assert found.change.path == "shop.cart"
    assert sum(bool(run.restore) for run in runner.asked) < 30 + 2 * 2 * 8  # confirmed, and two runs for each half


def test_where_putting_everything_back_breaks_the_victim_each_piece_is_put_back_alone() -> None:
    def victim(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.state.get("shop.cart") != "full" and "shop.needed" not in run.request.restore)

    found = isolated(simulation(victim, {6: sets("shop.cart", "shop.needed", "shop.noise")}))
    assert found.change is not None
    assert found.change.path == "shop.cart"


def test_what_healed_another_test_is_put_back_first() -> None:
    runner = simulation(needs("shop.cart"), {6: sets("shop.noise", "shop.cart", "shop.other")})
    found = isolate_order(runner, ordered(runner), told, "shop.cart")
    assert found is not None
    assert found.change is not None
    assert {run.restore for run in runner.asked} == {(), ("shop.cart",)}


def test_state_that_is_seen_nowhere_leaves_no_line() -> None:
    hidden = {"full": False}

    def victim(run: SimulatedRun) -> None:
        was, hidden["full"] = hidden["full"], False
        run.check("test_x.py:9", not was)

    def polluter(run: SimulatedRun) -> None:
        hidden["full"] = True

    found = isolated(simulation(victim, {3: polluter}))
    assert found.tests == (names()[3],)
    assert (found.change, found.write, found.healed) == (None, None, Tally())


def test_a_brittle_test_needs_its_state_setter() -> None:
    found = isolated(simulation(brittle, {4: sets("shop.cart")}))
    assert not found.pollutes
    assert found.tests == (names()[4],)
    assert (found.with_them, found.alone) == (Tally(30, 0), Tally(0, 30))
    assert found.failure.failed
    assert found.failure.request.before == ()


def test_the_requests_fail_and_pass() -> None:
    runner = simulation(needs("shop.cart"), {6: sets("shop.cart")})
    found = isolated(runner)
    after, alone = runner.run([found.with_request, found.alone_request])
    assert after.failed
    assert alone.passed


def test_an_outcome_that_does_not_repeat_is_no_order_dependence() -> None:
    runner = simulation(needs("shop.cart"), {6: sets("shop.cart")})
    assert isolate_order(simulation(harmless, {}), ordered(runner), told) is None


def test_another_failure_after_the_same_tests_is_not_the_one() -> None:
    def elsewhere(run: SimulatedRun) -> None:
        run.check("test_x.py:7", run.state.get("shop.cart") != "full")

    runner = simulation(needs("shop.cart"), {6: sets("shop.cart")})
    assert isolate_order(simulation(elsewhere, {6: sets("shop.cart")}), ordered(runner), told) is None


def test_pollution_that_is_flaky_itself_is_counted() -> None:
    chance = random.Random(4)

    def now_and_then(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full" if chance.random() < 0.9 else "empty"

    runner = simulation(needs("shop.cart"), {6: now_and_then})
    result = next(result for result in iter(lambda: ordered(runner), None) if result.failed)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.tests == (names()[6],)
    assert 0 < found.with_them.passed < found.with_them.failed


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rate", [0.3, 0.5, 0.8])
def test_a_polluter_that_pollutes_now_and_then_is_found_all_the_same(rate: float, seed: int) -> None:
    chance = random.Random(seed)

    def now_and_then(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full" if chance.random() < rate else "empty"
        run.state["shop.noise"] = chance.random()

    runner = simulation(needs("shop.cart"), {6: now_and_then})
    result = next(result for result in iter(lambda: ordered(runner), None) if result.failed)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert names()[6] in found.tests
    assert found.change is not None
    assert found.change.path == "shop.cart"
    assert (found.healed.failed, found.write) == (0, WRITE)


THREADS = trace_of(("thread:Exporter.run#1", site("shop/export.py:4", function="Exporter.run"), 1), ("main", site("test_x.py:8"), 1))
LEAK = StateWrite("test_x.py", 30, "test_6", "1")


def leaking(*, slow_enough: bool = True, seed: int = 3, rate: float = 0.5) -> tuple[Scripted, RunResult]:
    """A polluter leaves a thread running that meets the victim in one run of two, and always when the victim is slow."""
    chance = random.Random(seed)

    def answer(run: RunRequest) -> Failure | None:
        held = any(it.kind == "hold" and it.what == "thread:Exporter.run#1" for it in run.forcings)
        slow = slow_enough and any(it.kind == "delay" for it in run.forcings)
        meets = names()[6] in run.before and not held and (slow or chance.random() < rate)
        return failing_at("test_x.py:9") if meets else None

    runner = Scripted(
        answer, THREADS, state=(StateChange("thread Exporter.run", "0", "1"), StateChange("sys.path[]", "a", "b")), writes=(LEAK,)
    )
    request = RunRequest(victim=VICTIM, before=tuple(names()))
    return runner, next(result for result in iter(lambda: runner.run([request])[0], None) if result.failed)


def test_a_thread_that_was_left_running_is_named_and_a_slow_victim_proves_it() -> None:
    runner, result = leaking()
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.tests == (names()[6],)
    assert (found.change and found.change.path, found.write) == ("thread Exporter.run", LEAK)
    assert (found.with_them, found.alone, found.healed) == (Tally(0, 30), Tally(30, 0), Tally(30, 0))
    assert [forcing.kind for forcing in found.with_request.forcings] == ["delay"]


def test_places_that_fail_by_luck_do_not_push_out_the_one_that_makes_it_certain() -> None:
    places = [site(f"test_x.py:{line}") for line in range(8, 16)]
    runner, result = leaking()
    runner.trace = trace_of(("thread:Exporter.run#1", THREADS.sites[0], 1), *[("main", place, 1) for place in places])
    usual, chance = runner.answer, random.Random(1)

    def answer(run: RunRequest) -> Failure | None:
        paused = [it for it in run.forcings if it.kind == "delay"]
        if paused and paused[0].site != places[-1].site.key:  # only the last place makes it certain
            met = names()[6] in run.before and not any(it.kind == "hold" for it in run.forcings) and chance.random() < 0.75
            return failing_at("test_x.py:9") if met else None
        return usual(run)

    runner.answer = answer
    found = isolate_order(runner, result, told)
    assert found is not None
    assert [forcing.site for forcing in found.with_request.forcings] == [places[-1].site.key]
    assert found.with_them == Tally(0, 30)


@pytest.mark.parametrize("seed", range(6))
def test_pollution_that_looked_certain_at_first_is_made_so(seed: int) -> None:
    runner, result = leaking(seed=seed, rate=0.9)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert (found.with_them, found.healed, found.write) == (Tally(0, 30), Tally(30, 0), LEAK)


def test_a_test_that_only_took_time_is_left_out_once_the_victim_is_slow() -> None:
    """Two tests that seemed to be needed together: the thread of one met the victim while the other one ran."""
    runner, result = leaking(rate=0.9)
    usual = runner.answer

    def answer(run: RunRequest) -> Failure | None:
        too_soon = not any(it.kind == "delay" for it in run.forcings) and names()[8] not in run.before
        return None if too_soon else usual(run)

    runner.answer = answer
    assert len(isolate_order(runner, result, told).tests) == 1  # type: ignore[union-attr]


def test_who_waits_for_a_thread_that_never_gets_going_is_not_waited_for() -> None:
    runner, result = leaking()
    isolate_order(runner, result, told)
    held = [run for run in runner.asked if any(it.kind == "hold" for it in run.forcings)]
    assert held
    assert all(run.patience is not None and run.patience < 10 for run in held)
    assert not any(run.patience for run in runner.asked if run not in held)


def test_where_no_pause_makes_it_certain_the_counts_say_so() -> None:
    runner, result = leaking(slow_enough=False)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.change is not None
    assert found.change.path == "thread Exporter.run"
    assert found.with_request.forcings == ()
    assert 5 < found.with_them.failed < 25
    assert found.healed == Tally(30, 0)


def test_what_was_counted_until_the_budget_ended_counts() -> None:
    victim, special = needs("shop.cart"), {6: sets("shop.cart")}
    free = simulation(victim, special)
    needed = len(_asked_before_confirming(free))
    runner = simulation(victim, special, budget=needed + 20)
    found = isolate_order(runner, ordered(runner), told)
    assert found is not None
    assert (found.with_them.failed, found.alone.passed) == (12, 8)
    assert found.change is None


def test_a_brittle_test_keeps_its_failure_when_the_budget_ends() -> None:
    special = {4: sets("shop.cart")}
    needed = len(_asked_before_confirming(simulation(brittle, special)))
    runner = simulation(brittle, special, budget=needed + 20)
    found = isolate_order(runner, ordered(runner), told)
    assert found is not None
    assert found.failure.failed


def test_without_time_to_minimise_nothing_is_claimed() -> None:
    runner = simulation(needs("shop.cart"), {6: sets("shop.cart")}, budget=4)
    assert isolate_order(runner, ordered(runner), told) is None


def _asked_before_confirming(runner: Simulation) -> list[RunRequest]:
    asked: list[RunRequest] = []

    def note(what: str) -> None:
        if what.startswith("confirming"):
            asked.extend(runner.asked)

    isolate_order(runner, ordered(runner), note)
    return asked


def test_what_is_left_to_the_garbage_collector_is_followed_to_where_it_was_acquired() -> None:
    acquired = StateWrite("shop/log.py", 7, "Log.__init__", "ResourceWarning: unclosed file")

    def answer(run: RunRequest) -> Failure | None:
        met = any(it.kind == GARBAGE for it in run.forcings) and names()[6] in run.before and GARBAGE not in run.restore
        return failing_at("test_x.py:9", exception="PytestUnraisableExceptionWarning") if met else None

    runner = Scripted(answer, THREADS, state=(StateChange("sys.path[]", "a", "b"),), writes=(acquired,))
    request = RunRequest(victim=VICTIM, before=tuple(names()), forcings=(Forcing(kind=GARBAGE),))
    found = isolate_order(runner, runner.run([request])[0], told)
    assert found is not None
    assert (found.tests, found.write) == ((names()[6],), acquired)
    assert (found.change and found.change.path) == GARBAGE
    assert (found.with_them, found.alone, found.healed) == (Tally(0, 30), Tally(30, 0), Tally(30, 0))


POLLUTER = NodeId("test_x.py::test_polluter")
STEPS = [site(f"shop/timers.py:{line}", function="arm") for line in (10, 11, 12, 13)]


def after_a_polluter(runner: Scripted) -> OrderFlip:
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    found = isolate_order(runner, seen, told)
    assert found is not None
    return found


def ends_at(run: RunRequest) -> int:
    """Say which step the polluter comes to."""
    left, known = [it.site for it in run.forcings if it.kind == "leave"], [step.site.key for step in STEPS]
    return known.index(left[0]) if left and left[0] in known else len(STEPS)


def test_where_no_state_is_seen_the_polluter_is_cut_short_until_it_pollutes_no_longer() -> None:
    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and ends_at(run) >= 2 else None

    found = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in STEPS])))
    assert found.change is None
    assert found.write == StateWrite("shop/timers.py", 12, "arm", "")
    assert (found.with_them, found.healed, found.cut) == (Tally(0, 30), Tally(), Tally(30, 0))


@pytest.mark.parametrize(("started_by", "named"), [("test_polluter", "test_x.py:23"), ("worker", "shop/timers.py:11")])
def test_what_is_left_running_is_named_where_the_polluter_starts_it(started_by: str, named: str) -> None:
    start = site("shop/timers.py:11", source="start", name="Thread.start", function="Timer.start")
    helper = site("shop/timers.py:20", callee="start", function="run_timer")
    caller = site("test_x.py:23", callee="run_timer", function=started_by)
    steps = [STEPS[0], start, helper, caller]
    keys = [step.site.key for step in steps]

    def answer(run: RunRequest) -> Failure | None:
        left = [keys.index(it.site) for it in run.forcings if it.kind == "leave"] or [len(steps)]
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and left[0] >= 1 else None

    write = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in steps]))).write
    assert write is not None
    assert f"{write.file}:{write.line}" == named  # a fixture's thread, say, is none of the test's own


def test_a_polluter_cannot_end_where_something_is_only_iterated() -> None:
    loop = site("shop/timers.py:9", "iterate", function="arm")
    steps = [STEPS[0], loop, loop, *STEPS[1:]]

    def answer(run: RunRequest) -> Failure | None:
        ends_nowhere = any(it.kind == "leave" and it.site == loop.site.key for it in run.forcings)
        pollutes = ends_nowhere or ends_at(run) >= 2
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and pollutes else None

    found = after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in steps])))
    assert found.write == StateWrite("shop/timers.py", 12, "arm", "")


def test_a_polluter_that_pollutes_in_its_teardown_has_no_line_of_its_own() -> None:
    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if run.before and run.victim == VICTIM and ends_at(run) >= len(STEPS) else None

    assert after_a_polluter(Scripted(answer, trace_of(*[("main", step, None) for step in STEPS]))).write is None


def test_a_test_that_fails_as_often_without_the_others_depends_on_none() -> None:
    runs = 0

    def answer(_: RunRequest) -> Failure | None:
        nonlocal runs
        runs += 1
        return failing_at("test_x.py:9") if runs % 4 == 1 else None

    runner = Scripted(answer)
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    assert isolate_order(runner, seen, told) is None


@pytest.mark.parametrize(("one_of", "expected"), [(15, None), (3, (POLLUTER,))])
def test_a_few_failures_after_others_and_none_without_them_may_be_chance(one_of: int, expected: tuple[NodeId, ...] | None) -> None:
    runs = 0

    def answer(run: RunRequest) -> Failure | None:
        nonlocal runs
        runs += bool(run.before)
        return failing_at("test_x.py:9") if run.before and runs % one_of == 1 else None

    runner = Scripted(answer)
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    found = isolate_order(runner, seen, told)
    assert (found and found.tests) == expected


def draws(run: SimulatedRun) -> None:
    run.state["random state"] = f"as seed {run.request.seed} leaves it"


def reseeds(run: SimulatedRun) -> None:
    run.state["random state"] = "as seed 1 leaves it"


@pytest.mark.parametrize(("polluter", "matters"), [(draws, False), (reseeds, True)])
def test_who_only_draws_before_it_is_no_polluter_and_who_seeds_is_one(polluter: Body, matters: bool) -> None:
    def victim(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.state.get("random state") != "as seed 1 leaves it")

    runner = simulation(victim, {6: polluter})
    failed = runner.run([RunRequest(victim=VICTIM, before=tuple(names()), seed=1)])[0]
    found = isolate_order(runner, failed, told)
    assert (found is not None) == matters
    if found is not None:
        assert found.change is not None
        assert found.change.path == "random state"
