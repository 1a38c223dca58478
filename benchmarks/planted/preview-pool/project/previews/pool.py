from __future__ import annotations

import queue
import threading
import time
import zlib
from pathlib import Path

from previews.document import Document, Library


class PreviewPool:
    def __init__(self, library: Library, journal: Path, workers: int = 2):
        self.library = library
        self._journal = journal.open("a", buffering=1)
        self.previews: dict[str, bytes] = {}
        self._jobs: queue.Queue[Document | None] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._work, name=f"preview-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def request(self, *names: str) -> None:
        for name in names:
            self._jobs.put(self.library.open(name))

    def wait(self) -> None:
        self._jobs.join()

    def close(self) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._journal.close()

    def _work(self) -> None:
        while (document := self._jobs.get()) is not None:
            started = time.perf_counter()
            try:
                document.paginate()
                self.previews[document.name] = zlib.compress("\f".join(document.pages).encode())
            finally:
                self._jobs.task_done()
            self._journal.write(f"{document.name} {len(document.pages)} {time.perf_counter() - started:.4f}\n")
            del document
