from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, field
from typing import Callable, TypeVar

from retrypolicy.backoff import Backoff

T = TypeVar("T")
log = logging.getLogger(__name__)


class GaveUp(Exception):
    def __init__(self, call: str, attempts: int):
        super().__init__(f"call {call} failed {attempts} times")
        self.attempts = attempts


@dataclass
class Retry:
    attempts: int = 5
    backoff: Backoff = field(default_factory=Backoff)
    on: tuple[type[Exception], ...] = (ConnectionError, TimeoutError)
    sleep: Callable[[float], None] = time.sleep

    def call(self, function: Callable[[], T]) -> T:
        call = uuid.uuid4().hex[:8]
        for attempt in range(1, self.attempts + 1):
            try:
                return function()
            except self.on as error:
                if attempt == self.attempts:
                    raise GaveUp(call, attempt) from error
                delay = self.backoff.delay(attempt)
                log.warning("call %s: %s, again in %.3f s", call, error, delay)
                self.sleep(delay)
        raise AssertionError("unreachable")
