"""The order in which concurrent work is completed: noted where results come in it, and forced.

It is noted as places in the order of submission, one list for each call, which grows as results come. What is handed on is the
library's own, as lazily as ever; only a forced order holds results back, each until its turn.

    concurrent.futures.as_completed     the futures pass through a generator that notes their places
    asyncio.as_completed                the awaitables become tasks as the library makes them, with a callback that notes the place
    Pool.imap_unordered                 results are noted as they come in from the workers

Where there is no order of submission (a set), or one result is that of many pieces of work (chunks), nothing is done.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
import weakref
from _thread import RLock, allocate_lock
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from types import GeneratorType, MethodType
from typing import Any

from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import SOURCE_NODES, encode
from flakemark.trace.forcing import Force, permuted
from flakemark.trace.known.source import COMPLETION
from flakemark.trace.recording import RECORDER, record
from flakemark.trace.spots import Spot
from flakemark.trace.threads import running_loop

__tracebackhide__ = True  # pytest shows no frame of this module

_ORDERED: tuple[type, ...] = (list, tuple, dict, deque, type({}.keys()), type({}.values()))
_AT_ONCE = sys.version_info >= (3, 13)  # since then asyncio.as_completed begins when it is called, before when it is first asked
_TAKES_GENERATORS = sys.version_info >= (3, 12)  # asyncio's; before, it took one for a coroutine
_PATIENCE = 1.0  # seconds; only a thread that is a greenlet can need them
_Args = tuple[tuple[Any, ...], dict[str, Any]]


class Order:
    """One order of completion, as it comes about.

    Args:
        force: what is forced at the site.
        occurrence: which of its calls this is.
    """

    __slots__ = ("_force", "_occurrence", "places")

    def __init__(self, force: Force | None, occurrence: int) -> None:
        self._force, self._occurrence = force, occurrence
        self.places: list[int] = []

    def note(self, place: int | None) -> None:
        """Note that the work at this place is complete."""
        if place is not None and len(self.places) < SOURCE_NODES:
            self.places.append(place)

    @property
    def forced(self) -> bool:
        """Whether results have to wait for their turn."""
        orders = None if self._force is None else self._force.orders
        return COMPLETION in RECORDER.permutations or (orders is not None and self._occurrence < len(orders))

    def wanted(self, count: int) -> list[int]:
        """Return all places below `count`, in the forced order."""
        order = list(range(count))
        if COMPLETION in RECORDER.permutations:
            order = permuted(order, RECORDER.permutations[COMPLETION])
        return order if self._force is None else self._force.ordered(self._occurrence, order)


class Completion:
    """A call that gives results in the order in which they are complete."""

    __slots__ = ("function", "number", "spot")

    def __init__(self, number: int, spot: Spot, function: Any) -> None:
        self.number, self.spot, self.function = number, spot, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function = self.function
        while type(function) is partial:
            args, kwargs, function = (*function.args, *args), {**function.keywords, **kwargs}, function.func
        occurrence = self.spot.count
        order = Order(self.spot.force, occurrence)
        way = _WAYS.get(self.spot.live.name if self.spot.live is not None else "")
        call = None if way is None else way(order, function, args, kwargs)
        result = function(*args, **kwargs) if call is None else call()
        record(RECORDER, self.number, occurrence, encode(result) if call is None else ["list", order.places])
        return result


def _given(args: tuple[Any, ...], kwargs: dict[str, Any], place: int, name: str) -> Any:
    return args[place] if len(args) > place else kwargs.get(name)


def _instead(args: tuple[Any, ...], kwargs: dict[str, Any], place: int, name: str, value: Any) -> _Args:
    """Return the arguments with another one at this place, or by this name."""
    if len(args) > place:
        return (*args[:place], value, *args[place + 1 :]), kwargs
    return args, {**kwargs, name: value}


class _Submitted:
    """Futures that are handed in, with their places; like the library, it keeps none that has been handed on."""

    __slots__ = ("_futures", "places")

    def __init__(self, futures: Iterable[Any]) -> None:
        self._futures = futures
        self.places: dict[int, int] = {}

    def __iter__(self) -> Iterator[Any]:
        futures, self._futures = self._futures, ()
        for future in futures:
            self.places.setdefault(id(future), len(self.places))
            yield future


def _futures(order: Order, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], Any] | None:
    given = _given(args, kwargs, 0, "fs")
    if not any(type(given) is kind for kind in (*_ORDERED, GeneratorType)):
        return None
    submitted = _Submitted(given)
    args, kwargs = _instead(args, kwargs, 0, "fs", submitted)
    return lambda: as_completed(order, submitted, function(*args, **kwargs))


def as_completed(order: Order, submitted: _Submitted, real: Generator[Any, None, None]) -> Iterator[Any]:
    """Hand futures on as they are complete, noting their places; in a forced order, each in its turn."""

    def noted(future: Any) -> Any:
        order.note(submitted.places.get(id(future)))
        return future

    try:
        # No name may stand for a future here: a test may wait for one to go away.
        yield from map(noted, _in_turn(order, submitted.places, real) if order.forced else real)
    finally:
        real.close()


def _in_turn(order: Order, places: dict[int, int], real: Iterator[Any]) -> Iterator[Any]:
    held: dict[int, Any] = {}
    turns: list[int] | None = None
    error: Exception | None = None
    while error is None:
        try:
            future = next(real)
        except StopIteration:
            break
        except Exception as raised:  # noqa: BLE001 - what was complete before it comes first
            error = raised
            break
        turns = order.wanted(len(places)) if turns is None else turns
        held[places.get(id(future), -1 - len(held))] = future
        del future
        while turns and turns[0] in held:
            yield held.pop(turns.pop(0))
    for place in [*(turns or ()), *held]:
        if place in held:
            yield held.pop(place)
    if error is not None:
        raise error


class _Awaitables:
    """Awaitables that are handed in: tasks are made of them when the library goes through them, as it would make them."""

    __slots__ = ("_given", "_order")

    def __init__(self, order: Order, given: Iterable[Any]) -> None:
        self._order, self._given = order, given

    def tasks(self) -> dict[int, Any]:
        """Return tasks by their places in the order of submission, in the order in which the library makes them."""
        from asyncio import ensure_future

        given, self._given = list(self._given), ()
        places: dict[int, int] = {}
        for one in given:
            places.setdefault(id(one), len(places))
        loop = running_loop()
        return {places[id(one)]: ensure_future(one, loop=loop) for one in set(given)}

    def __iter__(self) -> Iterator[Any]:
        if running_loop() is None:
            return iter(self._given)
        tasks = self.tasks()
        for place, task in tasks.items():
            task.add_done_callback(partial(_complete, self._order, place))
        return iter(tasks.values())


def _complete(order: Order, place: int, task: Any) -> None:
    if not task.cancelled():  # at the end of a loop, those that nobody waited for are
        order.note(place)


def _awaitables(order: Order, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], Any] | None:
    given = _given(args, kwargs, 0, "fs")
    kinds = (*_ORDERED, GeneratorType) if _TAKES_GENERATORS else _ORDERED
    if running_loop() is None or not any(type(given) is kind for kind in kinds):
        return None
    awaitables = _Awaitables(order, given)
    if order.forced:
        return lambda: _Turns(order, awaitables, kwargs.get("timeout"))
    args, kwargs = _instead(args, kwargs, 0, "fs", awaitables)
    return lambda: function(*args, **kwargs)


class _Turns:
    """asyncio.as_completed in a forced order: an iterator of coroutines, and one of tasks for `async for`."""

    def __init__(self, order: Order, awaitables: _Awaitables, timeout: float | None) -> None:
        self._order, self._awaitables, self._timeout = order, awaitables, timeout
        self._left: list[Any] | None = self._begun() if _AT_ONCE else None

    def _begun(self) -> list[Any]:
        tasks = self._awaitables.tasks()
        turns = [place for place in self._order.wanted(len(tasks)) if place in tasks]
        for place in turns:
            self._order.note(place)
        self._loop = running_loop()
        self._until = None if self._timeout is None else self._loop.time() + self._timeout
        return [tasks[place] for place in turns]

    def _next(self) -> Any:
        if self._left is None:
            self._left = self._begun()
        return self._left.pop(0) if self._left else None

    def __iter__(self) -> _Turns:
        return self

    def __next__(self) -> Any:
        task = self._next()
        if task is None:
            raise StopIteration
        return self._result(task)

    def __aiter__(self) -> _Turns:
        return self

    async def __anext__(self) -> Any:
        task = self._next()
        if task is None:
            raise StopAsyncIteration
        await self._complete(task)
        return task

    async def _result(self, task: Any) -> Any:
        await self._complete(task)
        return task.result()

    async def _complete(self, task: Any) -> None:
        from asyncio import TimeoutError as Late
        from asyncio import wait

        await wait([task], timeout=None if self._until is None else max(0.0, self._until - self._loop.time()))
        if not task.done():
            raise Late

    def close(self) -> None:
        """Hand nothing more on."""
        self._left = []


class _Arrivals:
    """What is sent to the workers of a pool, and what comes back from them.

    The pool takes what is sent in a thread of its own. It begins when the results are listened to, so that none is missed.
    """

    def __init__(self, order: Order, sent: Iterable[Any]) -> None:
        self._order, self._sent = order, sent
        self._held: dict[int, Any] = {}
        self._turns: list[int] | None = None
        self._lock = RLock()
        self._gate = allocate_lock()
        self._gate.acquire()

    def listen(self, results: Any) -> None:
        """Note what comes in; `results` is the pool's own iterator, and is kept by the pool until all is there."""
        self._results, self._put = weakref.ref(results), type(results)._set
        results._set = self._came

    def begin(self) -> None:
        """Let the pool take what is sent."""
        self._gate.release()

    def __iter__(self) -> Iterator[Any]:
        if self._gate.acquire(True, _PATIENCE):
            self._gate.release()
        sent, self._sent = self._sent, ()
        return self._counted(sent) if self._order.forced else iter(sent)

    def _counted(self, sent: Iterable[Any]) -> Iterator[Any]:
        count = 0
        try:
            for item in sent:
                yield item
                count += 1
        except Exception:
            count += 1  # comes back as one more result
            raise
        finally:
            with self._lock:
                self._turns = self._order.wanted(count)
                self._hand_on()

    def _came(self, place: int, result: Any) -> None:
        with self._lock:
            if self._order.forced:
                self._held[place] = result
                self._hand_on()
            else:
                self._give(place, result)

    def _hand_on(self) -> None:
        while self._turns and self._turns[0] in self._held:
            place = self._turns.pop(0)
            self._give(place, self._held.pop(place))

    def _give(self, place: int, result: Any) -> None:
        results = self._results()
        if results is not None:
            self._order.note(place)
            self._put(results, place, result)


def _unordered(order: Order, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], Any] | None:
    chunks = args[2] if len(args) > 2 else kwargs.get("chunksize", 1)
    if type(function) is not MethodType or type(chunks) is not int or chunks != 1 or (len(args) < 2 and "iterable" not in kwargs):
        return None
    arrivals = _Arrivals(order, _given(args, kwargs, 1, "iterable"))
    args, kwargs = _instead(args, kwargs, 1, "iterable", arrivals)

    def call() -> Any:
        try:
            results = function(*args, **kwargs)
            if type_name(type(results)) == "multiprocessing.pool.IMapUnorderedIterator":
                arrivals.listen(results)
        finally:
            arrivals.begin()
        return results

    return call


_WAYS: dict[str, Callable[[Order, Any, tuple[Any, ...], dict[str, Any]], Callable[[], Any] | None]] = {
    "concurrent.futures.as_completed": _futures,
    "asyncio.as_completed": _awaitables,
    "Pool.imap_unordered": _unordered,
}
