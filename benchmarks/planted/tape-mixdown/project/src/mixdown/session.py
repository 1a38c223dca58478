from __future__ import annotations

import logging
import queue
import threading

from mixdown.clips import Clip
from mixdown.codecs import Codec, Deflate

log = logging.getLogger(__name__)


class Mixdown:
    """Encodes the clips in the background while more are recorded."""

    def __init__(self, codec: Codec | None = None):
        self.codec = codec or Deflate()
        self.encoded: dict[str, bytes] = {}
        self.rejected: list[str] = []
        self._clips: queue.Queue[Clip | None] = queue.Queue()
        self._encoder = threading.Thread(target=self._run, name="encoder", daemon=True)
        self._encoder.start()

    def __enter__(self) -> Mixdown:
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    def add(self, clip: Clip) -> None:
        self._clips.put(clip)

    def close(self, patience: float = 0.07) -> None:
        self._clips.put(None)
        self._encoder.join(patience)
        log.debug("%d clips, %d rejected", len(self.encoded), len(self.rejected))

    def total(self) -> int:
        return sum(len(data) for data in self.encoded.values())

    def _run(self) -> None:
        while (clip := self._clips.get()) is not None:
            try:
                self.encoded[clip.name] = self.codec.encode(clip)
            except (ValueError, OverflowError):
                self.rejected.append(clip.name)
