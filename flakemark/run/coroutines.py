"""Inside the worker: runs plain `async def` tests that no plugin has claimed.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import Any

import pytest

_ASYNC_PLUGINS = ("asyncio", "anyio", "trio", "twisted", "tornasync", "aiohttp")
_COROUTINE = 0x80  # inspect.CO_COROUTINE; inspect itself stays out of the test process


class PlainCoroutines:
    """Runs them by asyncio.run: pytest itself fails them, or skips them before 8.4."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        """Run the test, unless it is not a coroutine or a plugin's own kind of item or mark."""
        if not _is_coroutine(pyfuncitem.obj) or _is_claimed(pyfuncitem):
            return None
        import asyncio

        wanted = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
        return True


def _is_claimed(item: Any) -> bool:
    if type(item).__module__.partition(".")[0] not in ("_pytest", "pytest"):
        return True  # pytest-asyncio's
    return any(item.get_closest_marker(name) is not None for name in _ASYNC_PLUGINS) or "anyio_backend" in item.fixturenames


def _is_coroutine(function: Any) -> bool:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and bool(code.co_flags & _COROUTINE)
