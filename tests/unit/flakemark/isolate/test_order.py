"""Order dependence: minimal tests, the state that they share, the line that writes it."""

from __future__ import annotations

from flakemark.isolate.order import isolate_order
from flakemark.isolation import Tally
from flakemark.runs import GARBAGE, Failure, Forcing, RunRequest, StateChange, StateWrite
from tests.unit.flakemark.isolate.polluted import THREADS, WRITE, brittle, harmless, isolated, names, needs, ordered, sets, simulation
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, told
from tests.unit.flakemark.simulation import SimulatedRun, Simulation


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
