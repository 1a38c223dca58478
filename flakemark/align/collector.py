"""The cyclic garbage collector rests: what is compared is large and makes no cycles, and looking through it takes half of the time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def uncollected(function: Callable[P, R]) -> Callable[P, R]:
    """Let the collector rest while a function runs, if it does not rest anyway."""

    @wraps(function)
    def resting(*args: P.args, **kwargs: P.kwargs) -> R:
        collects = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if collects:
                gc.enable()

    return resting
