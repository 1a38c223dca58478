"""Peers that are plugins of pytest, one tracer each: `-p NAME` after this file was copied to NAME.py.

The name of the copy says which tracer is meant, so that nothing else has to be passed.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

RECORD: list[Any] = []
MOST = 1_000_000


def _keep(entry: Any) -> None:
    if len(RECORD) >= MOST:
        RECORD.clear()
    RECORD.append(entry)


def lines(frame: Any, event: str, _argument: Any) -> Any:
    """Record every line, as a debugger would."""
    if event == "line":
        _keep((frame.f_code.co_filename, frame.f_lineno))
    return lines


def _shown(value: Any) -> str:
    try:
        return repr(value)[:100]
    except Exception:  # noqa: BLE001 - what a trace function raises switches it off
        return "?"


def changed_locals(frame: Any, event: str, _argument: Any) -> Any:
    """Record the locals that each line changed."""
    known: dict[str, Any] = {}

    def step(inner: Any, what: str, _value: Any) -> Any:
        if what in ("line", "return"):
            for name, value in inner.f_locals.items():
                if known.get(name) is not value:
                    known[name] = value
                    _keep((inner.f_lineno, name, _shown(value)))
        return step

    return step if event == "call" else None


def _hunt() -> None:
    import hunter

    class Null:
        def write(self, _text: str) -> None: ...
        def flush(self) -> None: ...

    hunter.trace(stdlib=False, action=hunter.VarsPrinter("n", "x", "total", stream=Null()))


if "lines" in __name__ or "locals" in __name__:
    TRACER = lines if "lines" in __name__ else changed_locals
    threading.settrace(TRACER)
    sys.settrace(TRACER)
elif "hunter" in __name__:
    _hunt()
