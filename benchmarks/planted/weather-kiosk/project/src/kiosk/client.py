from __future__ import annotations

import http.client
import json
import logging
import uuid
from typing import Any

log = logging.getLogger(__name__)


class FeedError(Exception):
    pass


class Feed:
    """A session with the weather service over one persistent connection."""

    def __init__(self, host: str, port: int, timeout: float = 5.0):
        self._connection = http.client.HTTPConnection(host, port, timeout=timeout)
        self.requests = 0

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> Any:
        self.requests += 1
        self._connection.request("GET", path, headers={"X-Request-Id": uuid.uuid4().hex})
        response = self._connection.getresponse()
        body = response.read()
        log.debug("%s: %d", path, response.status)
        if response.status != 200:
            raise FeedError(f"{path}: {response.status}")
        return json.loads(body)

    def stations(self) -> list[str]:
        return self.get("/stations")

    def reading(self, station: str) -> dict[str, float]:
        return self.get(f"/stations/{station}")
