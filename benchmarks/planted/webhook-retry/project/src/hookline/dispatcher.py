from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, field
from typing import Callable

from hookline.backoff import Backoff
from hookline.signing import sign

log = logging.getLogger(__name__)
Transport = Callable[[str, dict, dict], int]


@dataclass
class Delivery:
    url: str
    payload: dict
    statuses: list[int] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def delivered(self) -> bool:
        return bool(self.statuses) and self.statuses[-1] < 300

    def wait(self, timeout: float = 0.2) -> Delivery:
        self.done.wait(timeout)
        return self


class Dispatcher:
    def __init__(self, transport: Transport, secret: bytes, backoff: Backoff = Backoff()):
        self.transport = transport
        self.secret = secret
        self.backoff = backoff
        self._closed = threading.Event()
        self._queue: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hookline", daemon=True)
        self._thread.start()

    def send(self, url: str, **payload) -> Delivery:
        delivery = Delivery(url, payload)
        self._queue.put(delivery)
        return delivery

    def close(self) -> None:
        self._closed.set()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (delivery := self._queue.get()) is not None:
            self._deliver(delivery)
            delivery.done.set()

    def _deliver(self, delivery: Delivery) -> None:
        for attempt in range(self.backoff.attempts):
            headers = sign(self.secret, delivery.payload)
            delivery.statuses.append(self.transport(delivery.url, delivery.payload, headers))
            if delivery.statuses[-1] < 500:
                return
            pause = self.backoff.pause(attempt)
            log.info("%s answered %d, next attempt in %.3f s", delivery.url, delivery.statuses[-1], pause)
            if self._closed.wait(pause):
                return
