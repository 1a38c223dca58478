"""Inside a fork: what captures the output of a test is a file of its own.

pytest captures into files, which a fork shares with its parent and with every earlier child. The streams on top of them stay the
objects that they are: a module may have kept `sys.stdout` when it was imported, as every `logging.StreamHandler()` does.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from typing import Any

_open, _dup2, _close = os.open, os.dup2, os.close


def own_captures(config: Any, folder: str) -> None:
    """Put an empty file of this process under each stream that captures.

    Args:
        config: pytest's.
        folder: where the files are made.
    """
    manager = config.pluginmanager.getplugin("capturemanager")
    capturing = getattr(manager, "_global_capturing", None)
    for name in ("out", "err"):
        capture = getattr(capturing, name, None)
        try:
            number = capture.tmpfile.fileno()  # type: ignore[union-attr]
        except (AttributeError, OSError):  # nothing is captured, or into memory, which is our own already
            continue
        own = _open(f"{folder}/captured-{name}", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        _dup2(own, number, inheritable=False)
        _close(own)
        if getattr(capture, "_state", "") == "started":  # else pytest puts it there itself when the test begins
            _dup2(number, capture.targetfd)  # type: ignore[union-attr]
