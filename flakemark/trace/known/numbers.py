"""Random draws and made-up ids.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.trace.known import edges
from flakemark.trace.known.source import DRAW, ENVIRONMENT, SET_POP, SHUFFLE, UNIQUE, Edges, Source, rows

_CLASSES = ("random.Random", "random.SystemRandom", "_random.Random")
_DRAWS: dict[str, Edges | None] = {
    "random": edges.unit,
    "uniform": edges.interval,
    "randint": edges.bounds,
    "randrange": edges.steps,
    "choice": edges.ends,
    "choices": edges.repeated,
    "sample": edges.outermost,
    "getrandbits": edges.bits,
    "gauss": edges.bell,
    "normalvariate": edges.bell,
    "expovariate": edges.decay,
    "triangular": edges.triangle,
    **dict.fromkeys(
        ("randbytes", "betavariate", "gammavariate", "lognormvariate", "vonmisesvariate", "paretovariate", "weibullvariate",
         "binomialvariate")
    ),
}  # fmt: skip

NUMBERS: dict[str, Source] = {
    **{f"{owner}.{name}": Source(f"random.{name}", DRAW, limits) for owner in _CLASSES for name, limits in _DRAWS.items()},
    **rows(SHUFFLE, (f"{owner}.shuffle=random.shuffle" for owner in _CLASSES)),
    **rows(SET_POP, ("builtins.set.pop=set.pop",)),
    "secrets.choice": Source("secrets.choice", DRAW, edges.ends),
    "secrets.randbelow": Source("secrets.randbelow", DRAW, edges.below),
    **rows(UNIQUE, (
        "secrets.token_hex", "secrets.token_bytes", "secrets.token_urlsafe", "posix.urandom=os.urandom", "posix.getrandom=os.getrandom",
        "_ssl.RAND_bytes=ssl.RAND_bytes", "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "uuid.uuid8",
    )),
    **rows(ENVIRONMENT, ("uuid.getnode", "builtins.id=id", "builtins.hash=hash")),
}  # fmt: skip

# numpy: every method of its generators draws, but for these.
NUMPY_OWNERS = frozenset({
    "numpy.random.mtrand.RandomState", "numpy.random.RandomState", "numpy.random._generator.Generator", "numpy.random.Generator",
})  # fmt: skip
_NO_DRAWS = frozenset({"seed", "get_state", "set_state", "spawn", "__reduce__", "__getstate__", "__setstate__"})
_NUMPY_EDGES: dict[str, Edges] = {
    "random": edges.unit,
    "rand": edges.unit,
    "random_sample": edges.unit,
    "uniform": edges.numpy_interval,
    "integers": edges.integers,
    "randint": edges.integers,
    "normal": edges.bell,
    "randn": edges.standard_bell,
    "standard_normal": edges.standard_bell,
    "choice": edges.ends,
}
# Those that are drawn with most, where only a name is seen.
NUMPY_NAMES = frozenset(_NUMPY_EDGES) | {"permutation", "permuted", "poisson", "binomial", "exponential", "beta", "gamma", "bytes"}


def numpy_draw(name: object) -> Source | None:
    """Say which source a method of one of numpy's generators is."""
    if type(name) is not str or name in _NO_DRAWS:
        return None
    return Source(f"numpy.random.{name}", SHUFFLE if name == "shuffle" else DRAW, _NUMPY_EDGES.get(name))


def faker_draw(module: str, name: str) -> Source | None:
    """Say which source a method of one of faker's providers is."""
    return Source(f"faker.{name}", DRAW) if module.startswith("faker.providers") and not name.startswith("_") else None
