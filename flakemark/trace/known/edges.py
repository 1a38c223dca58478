"""Extreme values that a draw with these arguments could give.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flakemark.trace.anatomy import type_name
from flakemark.trace.known.source import Source

__tracebackhide__ = True  # pytest shows no frame of this module

FAR = 3.5  # standard deviations: one draw in two thousand
NEARLY_ONE = 1.0 - 2.0**-20  # one draw of uniform in a million is nearer to the upper end; next to none is that end itself


def edge_of(source: Source, number: int, args: Sequence[Any], kwargs: dict[str, Any], drawn: Any) -> Any:
    """Return the n-th extreme value of a call with these arguments; what was drawn where it has none."""
    try:
        edges = source.edges(args, kwargs) if source.edges is not None else []
        return _like(drawn, edges[number])
    except Exception:  # noqa: BLE001 - arguments of the user's that look like numbers or sequences, and are not
        return drawn


def _like(drawn: Any, edge: Any) -> Any:
    """Give an edge the shape of what numpy drew: an array of nothing but it, or a scalar of that type."""
    if type(drawn) is float and type(edge) is int:
        return float(edge)
    name = type_name(type(drawn))
    if name == "numpy.ndarray":
        filled = drawn.copy()
        filled.fill(edge)
        return filled
    return type(drawn)(edge) if name.startswith("numpy.") else edge


def argument(args: Sequence[Any], kwargs: dict[str, Any], place: int, name: str, default: Any = None) -> Any:
    """Return an argument, however it was given."""
    return args[place] if len(args) > place else kwargs.get(name, default)


def bounds(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Both ends of randint."""
    return [argument(args, kwargs, 0, "a"), argument(args, kwargs, 1, "b")]


def steps(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """First, last and second number of a range."""
    start, stop, step = (argument(args, kwargs, place, name) for place, name in enumerate(("start", "stop", "step")))
    if stop is None:
        start, stop = 0, start
    values = range(start, stop, step or 1)
    return [values[0], values[-1], values[0] + min(1, len(values) - 1) * (step or 1)]


def ends(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """First and last item."""
    seq = argument(args, kwargs, 0, "seq", argument(args, kwargs, 0, "sequence", argument(args, kwargs, 0, "a", ())))
    if type(seq) is int:
        return [0, seq - 1]
    return [seq[0], seq[-1]] if len(seq) else []


def repeated(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """First and last item, k times."""
    population, count = argument(args, kwargs, 0, "population", ()), kwargs.get("k", 1)
    return [[population[0]] * count, [population[-1]] * count] if len(population) else []


def outermost(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """The first k items, and the last k from the end."""
    population, count = list(argument(args, kwargs, 0, "population", ())), argument(args, kwargs, 1, "k", 1)
    return [population[:count], population[::-1][:count]]


def below(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Zero, and one less than the bound."""
    return [0, argument(args, kwargs, 0, "exclusive_upper_bound", 1) - 1]


def bits(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """No bit set, and all of them."""
    return [0, (1 << argument(args, kwargs, 0, "k", 1)) - 1]


def unit(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Zero, and the largest number below one."""
    return [0.0, 1.0 - 2.0**-53]


def bell(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Far below and far above the mean."""
    centre = argument(args, kwargs, 0, "mu", kwargs.get("loc", 0.0))
    width = argument(args, kwargs, 1, "sigma", kwargs.get("scale", 1.0))
    return [centre - FAR * width, centre + FAR * width]


def standard_bell(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Far below and far above zero; numpy's arguments are sizes."""
    return [-FAR, FAR]


def integers(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Both ends of numpy's integers and randint: the upper one is not reached, unless it is asked for."""
    low, high = argument(args, kwargs, 0, "low"), argument(args, kwargs, 1, "high")
    if high is None:
        low, high = 0, low
    return [low, high if kwargs.get("endpoint") else high - 1]


def interval(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Both ends of uniform: the lower one, and close to the upper one."""
    low, high = argument(args, kwargs, 0, "a"), argument(args, kwargs, 1, "b")
    return [low, low + (high - low) * NEARLY_ONE]


def numpy_interval(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """The same for numpy's uniform."""
    return interval((argument(args, kwargs, 0, "low", 0.0), argument(args, kwargs, 1, "high", 1.0)), {})


def decay(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Next to nothing, and far out: one draw in two thousand is larger."""
    rate = argument(args, kwargs, 0, "lambd", 1.0)
    return [0.0, 7.6 / rate]


def triangle(args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
    """Both ends."""
    return [argument(args, kwargs, 0, "low", 0.0), argument(args, kwargs, 1, "high", 1.0)]
