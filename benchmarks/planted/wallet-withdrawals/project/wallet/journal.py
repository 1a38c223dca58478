from __future__ import annotations

import json
import threading
import time
from pathlib import Path


class Journal:
    """What happened to the accounts, one JSON object a line."""

    def __init__(self, path: Path):
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def write(self, account: str, event: str, cents: int) -> None:
        line = json.dumps({"at": round(time.time(), 3), "account": account, "event": event, "cents": cents})
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def events(self, event: str) -> list[dict]:
        entries = map(json.loads, self.path.read_text(encoding="utf-8").splitlines())
        return [entry for entry in entries if entry["event"] == event]

    def close(self) -> None:
        self._file.close()
