"""Which bodies GitHub takes, by shape: known keys, types, required keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flakebot.standin.exchange import Call, refuse

MAX_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a JSON object with their types, and those that must be there."""

    keys: Mapping[str, type]
    required: tuple[str, ...] = ()

    def check(self, value: object, where: str = "") -> dict[str, Any]:
        """Return the object.

        Raises:
            Refusal: 422 in GitHub's words.
        """
        if not isinstance(value, dict):
            raise refuse(422, f"Invalid request.\n\nFor '{where or '/'}', {json.dumps(value)} is not an object.")
        for name, given in value.items():
            if name not in self.keys:
                raise refuse(422, f'Invalid request.\n\n"{name}" is not a permitted key.')
            if not isinstance(given, self.keys[name]) or isinstance(given, bool):
                kind = {str: "a string", int: "an integer", list: "an array"}[self.keys[name]]
                raise refuse(422, f"Invalid request.\n\nFor '{where}/{name}', {json.dumps(given)} is not {kind}.")
        for name in self.required:
            if name not in value:
                raise refuse(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        return value


_LINES = {"path": str, "body": str, "position": int, "line": int, "side": str, "start_line": int, "start_side": str}
REVIEW = Shape({"commit_id": str, "body": str, "event": str, "comments": list})
REVIEW_COMMENT = Shape(_LINES, ("path", "body"))
COMMENT = Shape({**_LINES, "commit_id": str, "in_reply_to": int, "subject_type": str}, ("body", "commit_id", "path"))
BODY = Shape({"body": str}, ("body",))


def read(call: Call, shape: Shape) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        Refusal: 400 if it is not JSON, 422 for another shape.
    """
    try:
        value = json.loads(call.body)
    except ValueError:
        raise refuse(400, "Problems parsing JSON") from None
    return shape.check(value)


def check_body(text: str, resource: str, field: str = "body") -> str:
    """Return the body of a comment.

    Raises:
        Refusal: 422 for an empty one and for one that is too long.
    """
    if not text.strip():
        raise refuse(422, "Validation Failed", {"resource": resource, "code": "missing_field", "field": field})
    if len(text) > MAX_BODY:
        message = f"Body is too long (maximum is {MAX_BODY} characters)"
        raise refuse(422, "Validation Failed", {"resource": resource, "code": "unprocessable", "field": "data", "message": message})
    return text
