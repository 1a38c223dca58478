from __future__ import annotations

import fcntl
import os
from pathlib import Path

from labelprinter.labels import Label
from labelprinter.notify import Notifier


class SpoolBusy(RuntimeError):
    pass


class Spool:
    """The queue of a printer. Only one program at a time may hold it."""

    def __init__(self, folder: Path, notifier: Notifier | None = None):
        self.folder = folder
        self.notifier = notifier
        self.printed: list[str] = []
        self._lock: int | None = None

    def __enter__(self) -> Spool:
        self.open()
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise SpoolBusy(f"{self.folder.name} is in use") from None
        self._lock = fd

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def print(self, label: Label, priority: int = 1) -> str:
        if self._lock is None:
            raise RuntimeError("spool is not open")
        (self.folder / f"{len(self.printed):04d}.zpl").write_text(label.zpl())
        self.printed.append(label.ref)
        if self.notifier is not None:
            self.notifier.printed(label.ref, priority)
        return label.ref

    def pending(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.zpl"))
