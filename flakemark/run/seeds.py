"""Inside the worker: each run draws its own numbers, and draws the same ones again when it is asked to.

Forked children would otherwise be of three kinds: numpy's generator and those that were made while modules were
imported (`rng = random.Random()`, `rng = numpy.random.default_rng()`, Faker's) go on from the same state in all of
them, and that of `random` is seeded anew by the interpreter after every fork, where nobody can repeat it. A project
that seeds a generator itself while it is imported wants those numbers, and keeps them.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import ref

MOST_GENERATORS = 64


class Generators:
    """Remembers the generators that modules make without a seed while they are imported.

    `random.Random.seed` is ours until then: the class calls it for every instance, and `random.seed` was bound before.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[ref[Any], Any]] = {}
        self._class = sys.modules["random"].Random
        self._seed = self._class.seed

    def begin(self) -> None:
        """Watch; before anything of the project is imported."""
        seed, made = self._seed, self._made

        @wraps(seed)
        def watched(generator: Any, *args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            seed(generator, *args, **kwargs)
            made.pop(id(generator), None)
            if not any(each is not None for each in (*args, *kwargs.values())) and len(made) < MOST_GENERATORS:
                made[id(generator)] = ref(generator), generator.getstate()

        self._class.seed = watched

    def end(self) -> list[Any]:
        """Give the class its own method back, unless somebody else has replaced it; return those that are unseeded still."""
        if getattr(self._class.seed, "__wrapped__", None) is self._seed:
            self._class.seed = self._seed
        alive: list[tuple[Any, Any]] = [(known(), state) for known, state in self._made.values()]
        return [one for one, state in alive if type(one) is self._class and _is_on_stream(state, one.getstate())]


class _OfNumpy:
    """One of numpy's own generators, to be seeded as one of `random`."""

    def __init__(self, generator: Any) -> None:
        self._bits = generator.bit_generator

    def seed(self, text: str) -> None:
        """Begin the stream that belongs to a text."""
        self._bits.state = type(self._bits)(int.from_bytes(text.encode("ascii"), "big")).state


def unseeded_by_numpy(owns: Callable[[str], bool]) -> list[_OfNumpy]:
    """Find the generators that modules of the project have made without a seed at their top: `rng = numpy.random.default_rng()`.

    Args:
        owns: whether a source file is the project's own.
    """
    if "numpy" not in sys.modules:
        return []
    modules = [module for module in list(sys.modules.values()) if issubclass(type(module), ModuleType)]
    spaces = [object.__getattribute__(module, "__dict__") for module in modules]
    own = [(space, space["__file__"]) for space in spaces if type(space.get("__file__")) is str and owns(space["__file__"])]
    made = [space.get(name) for space, file in own for name in _made_without_a_seed(file)]
    return [_OfNumpy(one) for one in made if type(one).__module__.startswith("numpy.random") and hasattr(one, "bit_generator")]


def _made_without_a_seed(file: str) -> list[str]:
    try:
        source = Path(file).read_bytes()
        tree = ast.parse(source) if b"default_rng()" in source else None
    except (OSError, ValueError, SyntaxError, RecursionError):
        return []
    assigned = [each for each in tree.body if isinstance(each, ast.Assign)] if tree is not None else []
    return [target.id for each in assigned if _is_unseeded(each.value) for target in each.targets if isinstance(target, ast.Name)]


def _is_unseeded(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call) or value.args or value.keywords:
        return False
    return ast.unparse(value.func).rpartition(".")[2] == "default_rng"


class Reseeds:
    """What is done to the generators of each child; made after collection, before the first fork.

    Args:
        seed: what `random` was seeded with before anything was imported.
        unseeded: generators that were made without a seed while modules were imported.

    Attributes:
        random: whether `random` still runs on that stream, so that children may be seeded.
        numpy: whether numpy's global generator still has the seed that it took from the system.
    """

    def __init__(self, seed: int, unseeded: Sequence[Any] = ()) -> None:
        self._unseeded = unseeded
        self._state = sys.modules["random"].getstate()
        self._legacy = _numpy_random()
        self.random = _is_on_stream(sys.modules["random"].Random(seed).getstate(), self._state)
        self.numpy = _numpy_is_unseeded(self._legacy)

    def apply(self, seed: int) -> None:
        """Seed those that may be; put the project's own state back where it may not."""
        random = sys.modules["random"]
        if self.random:
            random.seed(seed)
        else:
            random.setstate(self._state)
        if self.numpy and self._legacy is not None:
            self._legacy.seed(seed & 0xFFFFFFFF)
        for number, generator in enumerate(self._unseeded, 1):
            generator.seed(f"{seed}/{number}")


def _is_on_stream(start: Any, state: Any) -> bool:
    """Whether a state was reached from another one by drawing.

    The generator's words only change every 624 draws; so the stream is recognised after any number of draws
    up to 200 x 624.
    """
    words = state[1][:-1]
    stream = sys.modules["random"].Random(0)
    stream.setstate(start)
    for _ in range(200):
        if stream.getstate()[1][:-1] == words:
            return True
        stream.getrandbits(32 * 624)
    return False


def _numpy_random() -> Any:
    """Return numpy.random if numpy is loaded; numpy 2 itself loads it on first use, which would be too late."""
    if "numpy" not in sys.modules:
        return None
    try:
        return import_module("numpy.random")
    except ImportError:
        return None


def _numpy_is_unseeded(legacy: Any) -> bool:
    generator = getattr(getattr(getattr(legacy, "mtrand", None), "_rand", None), "_bit_generator", None)
    # numpy.random.seed() forgets the entropy from which the generator was made.
    return getattr(generator, "_seed_seq", generator or legacy) is not None
