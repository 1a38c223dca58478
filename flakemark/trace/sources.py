"""The nondeterministic inputs that are known by name, and values they might have given instead.

A source is recognised by the callable itself, however it was imported, aliased or wrapped: functions by
their code object, methods of C types by the type of `__self__` and their name.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from flakemark.trace.anatomy import bases, issubclass_safe, plain_text, type_name

__tracebackhide__ = True  # pytest shows no frame of this module

DRAW, SHUFFLE, SET_POP, SET_ORDER, LISTING, CLOCK, UNIQUE, ENVIRONMENT, WAIT, START, PROCESS = (
    "draw",
    "shuffle",
    "set_pop",
    "set_order",
    "listing",
    "clock",
    "unique",
    "environment",
    "wait",
    "start",
    "process",
)

Edges = Callable[[Sequence[Any], dict[str, Any]], list[Any]]


class Source(NamedTuple):
    """A known input.

    Attributes:
        name: e.g. "random.randint".
        kind: one of this module's constants.
        limit: for a wait, the position of the argument that says how long.
        edges: the extreme values that a call with these arguments could return, likeliest troublemakers first.
    """

    name: str
    kind: str
    edges: Edges | None = None
    limit: int = 0


def _argument(args: Sequence[Any], kwargs: dict[str, Any], place: int, name: str, default: Any = None) -> Any:
    return args[place] if len(args) > place else kwargs.get(name, default)


def _bounds(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    low, high = _argument(args, kwargs, 0, "a"), _argument(args, kwargs, 1, "b")
    return [low, high]


def _range(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    start, stop, step = (_argument(args, kwargs, place, name) for place, name in enumerate(("start", "stop", "step")))
    if stop is None:
        start, stop = 0, start
    values = range(start, stop, step or 1)
    return [values[0], values[-1], values[0] + min(1, len(values) - 1) * (step or 1)]


def _population(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    seq = _argument(args, kwargs, 0, "seq", _argument(args, kwargs, 0, "sequence", ()))
    return [seq[0], seq[-1]] if len(seq) else []


def _choices(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    population, count = _argument(args, kwargs, 0, "population", ()), kwargs.get("k", 1)
    return [[population[0]] * count, [population[-1]] * count] if len(population) else []


def _sample(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    population, count = list(_argument(args, kwargs, 0, "population", ())), _argument(args, kwargs, 1, "k", 1)
    return [population[:count], population[::-1][:count]]


def _below(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    bound = _argument(args, kwargs, 0, "exclusive_upper_bound", 1)
    return [0, bound - 1]


def _bits(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    return [0, (1 << _argument(args, kwargs, 0, "k", 1)) - 1]


def _unit(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    return [0.0, 1.0 - 2.0**-53]


def _bell(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    mu, sigma = _argument(args, kwargs, 0, "mu", 0.0), _argument(args, kwargs, 1, "sigma", 1.0)
    return [mu - 3.5 * sigma, mu + 3.5 * sigma]


def edge_of(source: Source, number: int, args: Sequence[Any], kwargs: dict[str, Any], default: Any) -> Any:
    """Return the n-th extreme value of a call with these arguments; the default where it has none."""
    try:
        edges = source.edges(args, kwargs) if source.edges is not None else []
        return edges[number]
    except Exception:  # noqa: BLE001 - arguments of the user's that look like numbers or sequences, and are not
        return default


def _draws(prefixes: tuple[str, ...]) -> dict[str, Source]:
    table: dict[str, Edges | None] = {
        "random": _unit,
        "uniform": _bounds,
        "randint": _bounds,
        "randrange": _range,
        "choice": _population,
        "choices": _choices,
        "sample": _sample,
        "getrandbits": _bits,
        "randbytes": None,
        "gauss": _bell,
        "normalvariate": _bell,
        "triangular": None,
        "betavariate": None,
        "expovariate": None,
        "gammavariate": None,
        "lognormvariate": None,
        "vonmisesvariate": None,
        "paretovariate": None,
        "weibullvariate": None,
        "binomialvariate": None,
    }
    return {f"{prefix}.{name}": Source(f"random.{name}", DRAW, edges) for prefix in prefixes for name, edges in table.items()}


_RANDOM_CLASSES = ("random.Random", "random.SystemRandom", "_random.Random")

SOURCES: dict[str, Source] = {
    **_draws(_RANDOM_CLASSES),
    **{f"{prefix}.shuffle": Source("random.shuffle", SHUFFLE) for prefix in _RANDOM_CLASSES},
    "builtins.set.pop": Source("set.pop", SET_POP),
    "secrets.choice": Source("secrets.choice", DRAW, _population),
    "secrets.randbelow": Source("secrets.randbelow", DRAW, _below),
    "secrets.token_hex": Source("secrets.token_hex", UNIQUE),
    "secrets.token_bytes": Source("secrets.token_bytes", UNIQUE),
    "secrets.token_urlsafe": Source("secrets.token_urlsafe", UNIQUE),
    "posix.urandom": Source("os.urandom", UNIQUE),
    "nt.urandom": Source("os.urandom", UNIQUE),
    "uuid.uuid1": Source("uuid.uuid1", UNIQUE),
    "uuid.uuid4": Source("uuid.uuid4", UNIQUE),
    "uuid.uuid7": Source("uuid.uuid7", UNIQUE),
    "time.time": Source("time.time", CLOCK),
    "time.time_ns": Source("time.time_ns", CLOCK),
    "time.monotonic": Source("time.monotonic", CLOCK),
    "time.monotonic_ns": Source("time.monotonic_ns", CLOCK),
    "time.perf_counter": Source("time.perf_counter", CLOCK),
    "time.perf_counter_ns": Source("time.perf_counter_ns", CLOCK),
    "time.process_time": Source("time.process_time", CLOCK),
    "time.localtime": Source("time.localtime", CLOCK),
    "time.gmtime": Source("time.gmtime", CLOCK),
    "time.strftime": Source("time.strftime", CLOCK),
    "time.ctime": Source("time.ctime", CLOCK),
    "datetime.datetime.now": Source("datetime.now", CLOCK),
    "datetime.datetime.utcnow": Source("datetime.utcnow", CLOCK),
    "datetime.datetime.today": Source("datetime.today", CLOCK),
    "datetime.date.today": Source("date.today", CLOCK),
    "posix.listdir": Source("os.listdir", LISTING),
    "nt.listdir": Source("os.listdir", LISTING),
    "glob.glob": Source("glob.glob", LISTING),
    "glob.iglob": Source("glob.iglob", LISTING),
    "pathlib.Path.iterdir": Source("Path.iterdir", LISTING),
    "pathlib.Path.glob": Source("Path.glob", LISTING),
    "pathlib.Path.rglob": Source("Path.rglob", LISTING),
    "pathlib._local.Path.iterdir": Source("Path.iterdir", LISTING),
    "pathlib._local.Path.glob": Source("Path.glob", LISTING),
    "pathlib._local.Path.rglob": Source("Path.rglob", LISTING),
    "numpy.random.mtrand.RandomState.rand": Source("numpy.random.rand", DRAW),
    "os.getenv": Source("os.getenv", ENVIRONMENT),
    "posix.getpid": Source("os.getpid", ENVIRONMENT),
    "posix.cpu_count": Source("os.cpu_count", ENVIRONMENT),
    "os.cpu_count": Source("os.cpu_count", ENVIRONMENT),
    "builtins.id": Source("id", ENVIRONMENT),
    "builtins.hash": Source("hash", ENVIRONMENT),
    "time.sleep": Source("time.sleep", WAIT),
    "asyncio.tasks.sleep": Source("asyncio.sleep", WAIT),
    "asyncio.tasks.wait_for": Source("asyncio.wait_for", WAIT, limit=1),
    "asyncio.timeouts.timeout": Source("asyncio.timeout", WAIT),
    "threading.Event.wait": Source("Event.wait", WAIT),
    "threading.Condition.wait": Source("Condition.wait", WAIT),
    "threading.Thread.join": Source("Thread.join", WAIT),
    "queue.Queue.get": Source("Queue.get", WAIT, limit=1),
    "concurrent.futures._base.Future.result": Source("Future.result", WAIT),
    "subprocess.Popen.wait": Source("Popen.wait", WAIT),
    "subprocess.Popen.communicate": Source("Popen.communicate", WAIT, limit=1),
    "threading.Thread.start": Source("Thread.start", START),
    "asyncio.tasks.create_task": Source("asyncio.create_task", START),
    "asyncio.tasks.ensure_future": Source("asyncio.ensure_future", START),
    "asyncio.base_events.BaseEventLoop.create_task": Source("loop.create_task", START),
    "concurrent.futures.thread.ThreadPoolExecutor.submit": Source("ThreadPoolExecutor.submit", START),
    "subprocess.Popen": Source("subprocess.Popen", PROCESS),
}
_ENVIRON = Source("os.environ", ENVIRONMENT)
_NUMPY_TYPES = frozenset({"numpy.random.mtrand.RandomState", "numpy.random._generator.Generator"})

_NO_DRAWS = frozenset({"seed", "get_state", "set_state", "spawn", "__reduce__", "__getstate__", "__setstate__"})
_MOST = 50_000

# Keyed by id: hashing a code object walks its constants, hashing a class may be the user's business. What the id
# belongs to is kept beside the answer (a class only weakly), so that ids that are used again do not mislead.
_BY_CODE: dict[int, tuple[Any, Source | None]] = {}
_BY_METHOD: dict[tuple[int, str], tuple[weakref.ref[type], Source | None]] = {}


def recognise(function: Any) -> Source | None:
    """Say which known source a callable is, or None; calls no user code."""
    kind = type(function)
    if kind is MethodType:
        owner = type_name(type(function.__self__))
        if owner == "os._Environ":
            return _ENVIRON
        if owner in _NUMPY_TYPES:  # since Cython 3 its methods are bound methods, before they were builtins
            return _numpy(function.__func__.__name__)
        function = function.__func__
        kind = type(function)
    if kind is FunctionType:
        code = function.__code__
        known = _BY_CODE.get(id(code))
        return known[1] if known is not None else _remember(function, code)
    if kind is BuiltinFunctionType:
        return _builtin(function)
    return SOURCES.get(type_name(function)) if kind is type else None


def _remember(function: Any, code: Any) -> Source | None:
    module = function.__module__
    found = SOURCES.get(f"{module}.{plain_text(function.__qualname__)}") if type(module) is str else None
    if len(_BY_CODE) > _MOST:
        _BY_CODE.clear()
    _BY_CODE[id(code)] = (code, found)
    return found


def _builtin(function: Any) -> Source | None:
    owner, name = function.__self__, function.__name__
    if type(owner) is ModuleType:
        return SOURCES.get(f"{function.__module__}.{name}")
    klass = owner if issubclass_safe(type(owner), type) else type(owner)
    known = _BY_METHOD.get((id(klass), name))
    if known is not None and known[0]() is klass:
        return known[1]
    found = _look_up(klass, function)
    if len(_BY_METHOD) > _MOST:
        _BY_METHOD.clear()
    _BY_METHOD[id(klass), name] = (weakref.ref(klass), found)
    return found


def _numpy(name: Any) -> Source | None:
    if type(name) is not str or name in _NO_DRAWS:
        return None
    return Source(f"numpy.random.{name}", SHUFFLE if name == "shuffle" else DRAW)


def _look_up(klass: Any, function: Any) -> Source | None:
    name, owner = function.__name__, type_name(klass)
    if owner == "builtins.NoneType":
        module = function.__module__
        return SOURCES.get(f"{module}.{name}") if type(module) is str else None
    if owner in _NUMPY_TYPES:
        return _numpy(name)
    for base in bases(klass):
        found = SOURCES.get(f"{type_name(base)}.{name}")
        if found is not None:
            return found
    return None
