"""The order in which concurrent work is completed: as lazy as ever, noted, and forced."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]

# The next work can be done only when the item before it has been taken; the last ones are never begun before.
FUTURES = """
import concurrent.futures, threading
from concurrent.futures import ThreadPoolExecutor, as_completed
gates = [threading.Event() for _ in range(4)]
with ThreadPoolExecutor(4) as executor:
    futures = [executor.submit(gate.wait) for gate in gates]
    taken = []
    gates[natural[0]].set()
    for future in as_completed(futures):
        taken.append(futures.index(future))
        following = natural[len(taken):len(taken) + 1]
        for n in following:
            gates[n].set()
"""
POOL = """
import threading
from multiprocessing.pool import ThreadPool
gates = [threading.Event() for _ in range(4)]
def work(n):
    gates[n].wait()
    return n
taken = []
with ThreadPool(4) as pool:
    gates[natural[0]].set()
    for n in pool.imap_unordered(work, range(4)):
        taken.append(n)
        for following in natural[len(taken):len(taken) + 1]:
            gates[following].set()
"""
TASKS = """
import asyncio
async def main():
    gates = [asyncio.Event() for _ in range(4)]
    async def work(n):
        await gates[n].wait()
        return n
    gates[natural[0]].set()
    for one in asyncio.as_completed([work(n) for n in range(4)]):
        taken.append(await one)
        for following in natural[len(taken):len(taken) + 1]:
            gates[following].set()
taken = []
asyncio.run(main())
"""
STEP_BY_STEP = {"futures": FUTURES, "pool": POOL, "tasks": TASKS}
# All work is complete, or will be without anybody's help.
ALL_FUTURES = """
from concurrent.futures import ThreadPoolExecutor, as_completed
with ThreadPoolExecutor(4) as executor:
    taken = [future.result() for future in as_completed([executor.submit(abs, n) for n in range(4)])]
"""
ALL_POOL = "from multiprocessing.pool import ThreadPool\nwith ThreadPool(4) as pool:\n    taken = list(pool.imap_unordered(abs, range(4)))"
ALL_PROCESSES = "from multiprocessing import Pool\nwith Pool(2) as pool:\n    taken = list(pool.imap_unordered(abs, range(4)))"
ALL_TASKS = """
import asyncio
async def work(n):
    return n
async def main():
    return [await one for one in asyncio.as_completed([work(n) for n in range(4)], timeout=5)]
taken = asyncio.run(main())
"""
ALL_ASYNC_FOR = """
import asyncio
async def work(n):
    return n
async def main():
    return [(await one) async for one in asyncio.as_completed([work(n) for n in range(4)])]
taken = asyncio.run(main())
"""
ITERATORS = {"futures": ALL_FUTURES, "pool": ALL_POOL, "processes": ALL_PROCESSES, "tasks": ALL_TASKS}
SINCE_3_13 = pytest.mark.skipif(sys.version_info < (3, 13), reason="since 3.13")
FREE = [
    *(pytest.param(source, id=name) for name, source in ITERATORS.items()),
    pytest.param(ALL_ASYNC_FOR, id="async for", marks=SINCE_3_13),
]
NAMES = ("as_completed", "imap_unordered")


def prepared(program: Make, source: str, **names: Any) -> Any:
    sample = program(source, run=False)
    sample.namespace.update(names)
    return sample


def key(sample: Any) -> str:
    return str([site.key for site in sample.sites() if site.callee in NAMES and site.kind == "call"][-1])


def noted(sample: Any) -> list[Any]:
    mine = key(sample)
    return [event[2] for event in RECORDER.recorded() if RECORDER.table.sites[event[0]].key == mine]


@pytest.mark.parametrize("natural", [(0, 1, 2, 3), (3, 1, 0, 2)])
@pytest.mark.parametrize("source", STEP_BY_STEP.values(), ids=STEP_BY_STEP)
def test_an_item_is_handed_on_before_the_next_work_is_done_and_its_place_is_noted(
    program: Make, source: str, natural: tuple[int, ...]
) -> None:
    sample = prepared(program, source, natural=natural)
    RECORDER.start([])
    assert sample.run()["taken"] == list(natural)  # would hang if anything were read ahead
    assert noted(sample) == [["list", list(natural)]]


@pytest.mark.parametrize("source", FREE)
def test_an_order_is_forced_whatever_is_complete_first(program: Make, source: str) -> None:
    sample = prepared(program, source)
    for order in list(permutations(range(4)))[::5]:
        RECORDER.start([{"kind": "order", "site": key(sample), "values": [["list", list(order)]]}])
        assert sample.run()["taken"] == list(order)
        assert noted(sample) == [["list", list(order)]]


@pytest.mark.parametrize("source", FREE)
def test_orders_are_permuted_everywhere(program: Make, source: str) -> None:
    sample = prepared(program, source)
    seen = []
    for seed in (1, 2, 3, 1, 2, 3):
        RECORDER.start([{"kind": "permute", "what": "completion", "seed": seed}])
        seen.append(sample.run()["taken"])
        assert sorted(seen[-1]) == [0, 1, 2, 3]
    assert seen[:3] == seen[3:]
    assert len({tuple(one) for one in seen}) > 1


@pytest.mark.parametrize("source", ITERATORS.values(), ids=ITERATORS)
def test_places_that_there_are_not_any_more_are_passed_by_and_new_ones_come_last(program: Make, source: str) -> None:
    sample = prepared(program, source)
    RECORDER.start([{"kind": "order", "site": key(sample), "values": [["list", [7, 2, 5, 1]]]}])
    assert sample.run()["taken"] == [2, 1, 0, 3]


@pytest.mark.parametrize("natural", [(0, 1, 2, 3), (3, 1, 0, 2)])
@pytest.mark.parametrize("source", STEP_BY_STEP.values(), ids=STEP_BY_STEP)
def test_forced_to_what_happens_by_itself_it_is_as_lazy(program: Make, source: str, natural: tuple[int, ...]) -> None:
    sample = prepared(program, source, natural=natural)
    RECORDER.start([{"kind": "order", "site": key(sample), "values": [["list", list(natural)]]}])
    assert sample.run()["taken"] == list(natural)


@pytest.mark.parametrize(
    ("futures", "places"),
    [
        ("[*made]", [2, 0, 1]),
        ("tuple(made)", [2, 0, 1]),
        ("{one: None for one in made}", [2, 0, 1]),
        ("(one for one in made)", [2, 0, 1]),
        ("[made[0], *made]", [2, 0, 1]),
        ("set(made)", None),
        ("frozenset(made)", None),
        ("iter(made)", None),
    ],
)
def test_futures_come_in_anything_that_has_an_order_of_submission(program: Make, futures: str, places: list[int] | None) -> None:
    source = f"""
from concurrent.futures import Future, as_completed
made = [Future() for _ in range(3)]
made[2].set_result(2)
taken = []
for future in as_completed({futures}):
    taken.append(made.index(future))
    for following in [0, 1][len(taken) - 1:len(taken)]:
        made[following].set_result(following)
"""
    sample = prepared(program, source)
    RECORDER.start([])
    assert sample.run()["taken"] == [2, 0, 1]
    [literal] = noted(sample)
    assert literal == ["list", places] if places is not None else literal[0] == "obj"


@pytest.mark.parametrize("forces", [[], [{"kind": "permute", "what": "completion", "seed": 4}]])
def test_what_is_complete_comes_before_the_end_of_the_patience(program: Make, forces: list[dict[str, Any]]) -> None:
    source = """
from concurrent.futures import Future, as_completed
futures = [Future() for _ in range(4)]
futures[1].set_result(1)
futures[3].set_result(3)
taken = []
try:
    for future in as_completed(futures, timeout=0.01):
        taken.append(futures.index(future))
except Exception as error:
    taken.append(str(error))
"""
    sample = prepared(program, source)
    RECORDER.start(forces)
    taken = sample.run()["taken"]
    assert (sorted(taken[:2]), taken[2:]) == ([1, 3], ["2 (of 4) futures unfinished"])


@pytest.mark.parametrize("forces", [[], [{"kind": "permute", "what": "completion", "seed": 4}]])
def test_a_generator_of_futures_is_closed_as_the_real_one(program: Make, forces: list[dict[str, Any]]) -> None:
    source = """
from concurrent.futures import Future, as_completed
futures = [Future() for _ in range(2)]
futures[0].set_result(0)
futures[1].set_result(1)
waiting = Future()
everything = as_completed([*futures, waiting])
lazy = not waiting._waiters
next(everything)
before = len(waiting._waiters)
everything.close()
after = len(waiting._waiters)
rest = list(everything)
name = repr(everything).split(" at ")[0]
"""
    sample = prepared(program, source)
    RECORDER.start([] if not forces else [{"kind": "order", "site": key(sample), "values": [["list", [1, 0, 2]]]}])
    sample.run()
    assert [sample[one] for one in ("lazy", "before", "after", "rest", "name")] == [True, 1, 0, [], "<generator object as_completed"]


@pytest.mark.parametrize("forces", [[], [{"kind": "permute", "what": "completion", "seed": 4}]])
def test_no_future_is_kept_that_was_handed_on(program: Make, forces: list[dict[str, Any]]) -> None:
    source = """
import weakref
from concurrent.futures import Future, as_completed
def made():
    futures = [Future() for _ in range(3)]
    for future in futures:
        future.set_result(None)
    return futures
gone = []
for future in as_completed(made()):
    reference = weakref.ref(future)
    del future
    gone.append(reference() is None)
"""
    sample = prepared(program, source)
    RECORDER.start(forces)
    assert sample.run()["gone"] == [True, True, True]


@pytest.mark.parametrize(
    "call", ["as_completed()", "as_completed(5)", "as_completed([5])", "as_completed([], bad=1)", "as_completed([], 'x')"]
)
def test_wrong_arguments_are_refused_as_by_the_real_one(program: Make, call: str) -> None:
    source = f"from concurrent.futures import as_completed\ntry:\n    out = list({call})\nexcept Exception as error:\n    out = repr(error)"
    plain: dict[str, Any] = {}
    exec(source, plain)
    assert prepared(program, source).run()["out"] == plain["out"]


@pytest.mark.parametrize("forces", [[], [{"kind": "permute", "what": "completion", "seed": 4}]])
def test_a_failure_of_one_piece_of_work_is_one_result_of_a_pool(program: Make, forces: list[dict[str, Any]]) -> None:
    source = """
from multiprocessing.pool import ThreadPool
def work(n):
    return 6 // n
def numbers():
    yield from (3, 0, 2)
    raise KeyError("no more")
taken = []
with ThreadPool(2) as pool:
    results = pool.imap_unordered(work, numbers())
    while True:
        try:
            taken.append(str(results.next(timeout=5)))
        except StopIteration:
            break
        except Exception as error:
            taken.append(type(error).__name__)
"""
    sample = prepared(program, source)
    RECORDER.start(forces)
    assert sorted(sample.run()["taken"]) == ["2", "3", "KeyError", "ZeroDivisionError"]
    assert sorted(noted(sample)[0][1]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "call",
    [
        "pool.imap_unordered(abs, range(6), 2)",
        "pool.imap_unordered(abs, range(6), chunksize=3)",
        "ThreadPool.imap_unordered(pool, abs, range(6))",
        "pool.imap_unordered(func=abs, iterable=range(6))",
        "partial(pool.imap_unordered, abs)(range(6))",
    ],
)
def test_a_pool_is_called_in_any_way(program: Make, call: str) -> None:
    source = "from functools import partial\nfrom multiprocessing.pool import ThreadPool\n"
    source += f"with ThreadPool(2) as pool:\n    taken = sorted({call})"
    for forces in ([], [{"kind": "permute", "what": "completion", "seed": 4}]):
        sample = prepared(program, source)
        RECORDER.start(forces)
        assert sample.run()["taken"] == [0, 1, 2, 3, 4, 5]


def test_a_pool_that_is_closed_refuses_as_ever(program: Make) -> None:
    source = "from multiprocessing.pool import ThreadPool\npool = ThreadPool(1)\npool.close()\npool.join()\npool.imap_unordered(abs, [1])"
    with pytest.raises(ValueError, match="Pool not running"):
        program(source)


def test_results_of_a_pool_go_away_with_the_last_reference(program: Make) -> None:
    source = """
import gc, weakref
from multiprocessing.pool import ThreadPool
gc.disable()
with ThreadPool(1) as pool:
    results = pool.imap_unordered(abs, range(3))
    taken = list(results)
    list(pool.map(abs, range(3)))  # the pool's own threads keep what they had last
    reference = weakref.ref(results)
    del results
    gone = reference() is None
gc.enable()
"""
    assert prepared(program, source).run()["gone"]


ASYNC = """
import asyncio
async def work(n):
    if n == 2:
        raise ValueError("two")
    await asyncio.sleep(0 if n < 3 else 60)
    return n
async def main():
    for one in asyncio.as_completed({given}, timeout=0.05):
        try:
            taken.append(str(await one))
        except BaseException as error:
            taken.append(type(error).__name__)
taken = []
asyncio.run(main())
"""


@pytest.mark.parametrize("given", ["[work(n) for n in range(4)]", "{work(n): n for n in range(4)}", "{work(n) for n in range(4)}"])
@pytest.mark.parametrize("forces", [[], [{"kind": "permute", "what": "completion", "seed": 1}]])
def test_awaitables_fail_and_run_out_of_time_as_ever(program: Make, given: str, forces: list[dict[str, Any]]) -> None:
    sample = prepared(program, ASYNC.format(given=given))
    RECORDER.start(forces)
    assert sorted(sample.run()["taken"]) == ["0", "1", "TimeoutError", "ValueError"]


@pytest.mark.parametrize("given", ["5", "work(0)", "(work(n) for n in range(2))", "[work(0), 5]"])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_wrong_awaitables_are_refused_as_by_the_real_one(program: Make, given: str) -> None:
    source = f"""
import asyncio
async def work(n):
    return n
async def main():
    try:
        return sorted([await one for one in asyncio.as_completed({given})])
    except TypeError as error:
        return str(error)
out = asyncio.run(main())
"""
    plain: dict[str, Any] = {}
    exec(source, plain)
    assert prepared(program, source).run()["out"] == plain["out"]


def test_tasks_that_are_cancelled_at_the_end_of_their_loop_have_no_place(program: Make) -> None:
    source = """
import asyncio
async def main():
    for one in asyncio.as_completed([asyncio.sleep(60), asyncio.sleep(60), asyncio.sleep(0)]):
        return await one
asyncio.run(main())
"""
    sample = prepared(program, source)
    RECORDER.start([])
    sample.run()
    assert noted(sample) == [["list", [2]]]


def test_a_limit_is_still_stretched(program: Make) -> None:
    source = """
import threading
from concurrent.futures import Future, as_completed
future = Future()
threading.Timer(0.2, future.set_result, [1]).start()
try:
    done = [one.result() for one in as_completed([future], timeout=0.005)]
except Exception:
    done = []
"""
    sample = prepared(program, source)
    RECORDER.start([{"kind": "stretch", "site": key(sample), "seconds": 5.0}])
    assert sample.run()["done"] == [1]
    assert noted(sample) == [["list", [0]]]
