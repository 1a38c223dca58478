from __future__ import annotations

import asyncio
import fnmatch
import json
import logging
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

from hookhub.signing import sign

log = logging.getLogger(__name__)


class Transport(Protocol):
    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int: ...


@dataclass(frozen=True)
class Subscription:
    url: str
    secret: str
    pattern: str = "*"

    def wants(self, topic: str) -> bool:
        return fnmatch.fnmatchcase(topic, self.pattern)


@dataclass
class Hub:
    transport: Transport
    attempts: int = 3
    subscriptions: list[Subscription] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    _running: set[asyncio.Task] = field(default_factory=set)

    def subscribe(self, url: str, secret: str, pattern: str = "*") -> Subscription:
        subscription = Subscription(url, secret, pattern)
        self.subscriptions.append(subscription)
        return subscription

    async def publish(self, topic: str, payload: dict[str, Any]) -> int:
        """Hands the event over to all subscribers and returns how many there are."""
        body = json.dumps({"topic": topic, "payload": payload}, sort_keys=True).encode()
        interested = [s for s in self.subscriptions if s.wants(topic)]
        for subscription in interested:
            task = asyncio.create_task(self._deliver(subscription, topic, body))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(interested)

    async def _deliver(self, subscription: Subscription, topic: str, body: bytes) -> None:
        delivery_id = str(uuid.uuid4())
        signature = await asyncio.to_thread(sign, subscription.secret, delivery_id, body)
        headers = {"X-Delivery": delivery_id, "X-Signature": signature}
        for attempt in range(1, self.attempts + 1):
            status = await self.transport.post(subscription.url, body, headers)
            if status < 300:
                return
            log.warning("%s: %s, attempt %d", subscription.url, status, attempt)
        self.failed.append((subscription.url, topic))

    async def close(self) -> None:
        await asyncio.gather(*self._running)
