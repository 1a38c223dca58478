"""The head of generated programs, and what running one of them shows."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import inspect
import io
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

HEAD_FILE, FILE = "head.py", "generated.py"
THROWN: dict[str, type[Exception]] = {"throw KeyError": KeyError, "throw TypeError": TypeError}

HEAD = """
import asyncio, sys, warnings
from dataclasses import dataclass, field
def note(*a, **k):
    print(repr((a, k)))
    return a[0] if a else None
def warn(level):
    warnings.warn('w', stacklevel=level)
    return level
def where(): return sys._getframe(1).f_lineno, sys._getframe(1).f_code.co_name
class Ours(Exception): pass
class Base:
    def m(self, *a): return note('base')
class Meta(type):
    made = []
    def __new__(cls, name, bases, body, k): return super().__new__(cls, name, bases, body)
    def __init__(cls, name, bases, body, k): cls.made.append((sorted(body), k))
class Odd(type):
    @classmethod
    def __prepare__(cls, name, bases): return Inventive()
class Inventive(dict):
    def __missing__(self, key):
        if key in globals() or hasattr(__builtins__, key) or key in ('super', 'classmethod'): raise KeyError(key)
        return note('invented ' + key)
class Deco:
    def __init__(self, *a): self.a = a
    def __call__(self, f): return lambda *a, **k: note(f(*a, **k), self.a)
class Call:
    'A function whose text holds no address.'
    def __init__(self, f): self.f = f
    def __call__(self, *a): return self.f(*a)
    def __repr__(self): return 'call'
    def __hash__(self): return 3
class V(list):
    'A value for which nearly every operation is defined, and noted.'
    def __add__(self, other): return V([*self, note('+', other)])
    __radd__ = __sub__ = __floordiv__ = __rfloordiv__ = __iadd__ = m = __add__
    def __getitem__(self, key): return note('[]', self, key)
    def __setitem__(self, key, value): note('[]=', key, value)
    def __lt__(self, other): return note('<', other) is not None
    __le__ = __gt__ = __lt__
    def __hash__(self): return 1
    def __call__(self, *a, **k): return V(a)
    def __neg__(self): return note('-')
class Thing:
    def __init__(self): self.n, self.items = V([1]), V([3, 4])
    def __repr__(self): return 'o'
    def __hash__(self): return 2  # sets of it are in one order
class Context:
    def __init__(self, v): self.v = v
    def __enter__(self): return self.v
    def __exit__(self, kind, *a): return note(kind is TypeError)
    async def __aenter__(self): return self.v
    async def __aexit__(self, *a): return None
async def wait(v):
    await asyncio.sleep(0)
    return v
async def agen():
    yield 1
    yield await wait(2)
def inner():
    try:
        yield (yield 1)
    except KeyError as e:
        yield note(str(e))
    finally:
        note('closed')
def drive(coroutine):
    try:
        while True: coroutine.send(None)
    except StopIteration as e: return e.value
o = Thing()
"""


def run(head: Any, code: Any, steps: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Run the `f` of a program below the head; tell value or error with its frames, output, warnings, and what it left behind."""
    namespace: dict[str, Any] = {"__name__": "generated"}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        exec(head, namespace)
        exec(code, namespace)
        outcome = told(lambda: ("value", repr(_result(namespace["f"], namespace["V"], steps))))
    lines = [(warning.filename, warning.lineno, str(warning.message)) for warning in warned]
    thing = namespace["o"]
    left = (repr(getattr(thing, "n", "deleted")), repr(thing.items), sorted(namespace.keys() - {"__builtins__"}))
    shown: tuple[Any, ...] = _without_addresses((outcome, printed.getvalue(), lines, left))
    return shown


# A group in which a GeneratorExit is, for instance, is no Exception.
_GROUPS: tuple[type[BaseException], ...] = tuple(vars(builtins)[name] for name in ("BaseExceptionGroup",) if name in vars(builtins))


def told(step: Callable[[], Any]) -> Any:
    """Return what a step gives, or all that its error shows."""
    try:
        return step()
    except StopIteration as stop:
        return "end", repr(stop.value)
    except (Exception, *_GROUPS) as error:  # noqa: BLE001 - whatever the program raises is compared
        return _error(error)


def _error(error: BaseException) -> tuple[Any, ...]:
    return type(error).__name__, str(error), _frames(error), _chained(error)


def _without_addresses(shown: Any) -> Any:
    if isinstance(shown, (tuple, list)):
        return type(shown)(_without_addresses(part) for part in shown)
    return re.sub(r"0x[0-9a-f]+", "0x", shown) if isinstance(shown, str) else shown


def _result(f: Any, kind: Any, steps: tuple[str, ...]) -> Any:
    result = f(kind([1]), kind([2, 3]), {"k": 3})
    if inspect.isgenerator(result):
        ways = {"next": lambda: next(result), "send": lambda: result.send("sent"), "close": result.close}
        throwing = {step: lambda kind=kind: result.throw(kind("thrown")) for step, kind in THROWN.items()}
        return [told({**ways, **throwing}[step]) for step in ("next", *steps, "close")]
    if inspect.isasyncgen(result):
        return asyncio.run(_driven(result, steps))
    return asyncio.run(result) if inspect.iscoroutine(result) else result


async def _driven(generator: Any, steps: tuple[str, ...]) -> list[Any]:
    ways = {"next": generator.__anext__, "send": lambda: generator.asend("sent"), "close": generator.aclose}
    return [
        await _awaited(ways.get(step, lambda step=step: generator.athrow(THROWN[step]("thrown")))) for step in ("next", *steps, "close")
    ]


async def _awaited(step: Callable[[], Any]) -> Any:
    try:
        return await step()
    except (Exception, *_GROUPS) as error:  # noqa: BLE001 - whatever the program raises is compared
        return _error(error)


def _frames(error: BaseException) -> list[tuple[Any, ...]]:
    """Describe every frame but those of this driver: a probe's would show."""
    own = (__file__, asyncio.__file__.replace("__init__.py", ""))
    columns = ("lineno", "end_lineno", "colno", "end_colno") if sys.version_info >= (3, 11) else ("lineno",)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(own)]
    return [(frame.filename, frame.name, *(getattr(frame, name) for name in columns)) for frame in frames]


def _chained(error: BaseException) -> list[tuple[Any, ...]]:
    chain: list[tuple[Any, ...]] = []
    seen: list[BaseException] = [error]
    following = error.__cause__ or error.__context__
    while following is not None and all(following is not other for other in seen):
        seen.append(following)
        chain.append((type(following).__name__, str(following), _frames(following)))
        following = following.__cause__ or following.__context__
    return chain
