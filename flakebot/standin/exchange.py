"""A request as the handlers see it, and the answers that GitHub gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

DOCUMENTATION = "https://docs.github.com/rest"
MAX_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request.

    Attributes:
        base_url: of the stand-in, as the client has to see it.
        target: path with the query.
        query: of each parameter the last value.
        headers: names in lower case.
    """

    method: str
    base_url: str
    path: str
    target: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `value` goes out as JSON unless there is a raw body."""

    status: int
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def content(self) -> bytes:
        """Return the body."""
        if self.raw is not None:
            return self.raw
        return b"" if self.status == 204 else json.dumps(self.value).encode()


class Refusal(Exception):
    """Ends a request with an error."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def error(status: int, message: str, errors: Sequence[object] = (), headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error in GitHub's shape."""
    value: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return Reply(status, value | ({"errors": list(errors)} if errors else {}), headers or {})


def refuse(status: int, message: str, *errors: object) -> Refusal:
    """Return the exception that ends a request with an error."""
    return Refusal(error(status, message, errors))


def page(call: Call, items: Sequence[object]) -> Reply:
    """Return one page of a list, with the links to the next and the last one."""
    size = min(max(_whole(call, "per_page", 30), 1), MAX_PAGE)
    number = max(_whole(call, "page", 1), 1)
    last = max(-(-len(items) // size), 1)
    links = []
    for name, target in (("next", number + 1), ("last", last)):
        if number < last:
            query = urlencode({**call.query, "page": target})
            links.append(f'<{call.base_url}{call.path}?{query}>; rel="{name}"')
    return Reply(200, items[(number - 1) * size : number * size], {"Link": ", ".join(links)} if links else {})


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return int(text) if text.isdecimal() else default
