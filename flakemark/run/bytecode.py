"""What pytest rewrites of its plugins is kept between the workers of one invocation, also where PYTHONDONTWRITEBYTECODE is set.

Containers set it more often than not, and then every pytest process compiles all plugins anew: with hypothesis among them,
seconds. What Python itself compiles lies beside the sources, where the installer put it, and what the project sees of
`sys` stays as it is.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from typing import Any


class _Writing:
    """The module `sys` as pytest's rewriter sees it: bytecode is written, to a folder of ours."""

    dont_write_bytecode = False

    def __init__(self, folder: str) -> None:
        self.pycache_prefix = folder

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def keep_rewritten(folder: str) -> None:
    """Have pytest's rewriter keep its bytecode in a folder, if it would keep none."""
    if not sys.dont_write_bytecode:
        return
    from _pytest.assertion import rewrite

    rewrite.sys = _Writing(folder)  # type: ignore[attr-defined, assignment]
