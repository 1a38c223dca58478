"""Source files of the project, read for what a trace does not say: names, positions, decorators."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from functools import lru_cache

ReadFile = Callable[[str], str]  # returns the text of a file of the project, "" if it cannot be read


def no_file(_: str) -> str:
    """Know of no file."""
    return ""


@lru_cache(maxsize=32)
def parsed(text: str) -> ast.Module:
    """Parse a file without the compiler's warnings; an empty module if it is none. Nobody may change what comes back."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
