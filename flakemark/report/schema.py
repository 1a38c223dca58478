"""The JSON Schema of the document, and the limits that it states."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

VERSION = 1
MAX_TEXT = 65_536
MAX_PATCH = 1_048_576
MAX_ITEMS = 10_000
MAX_REPLAY = 16_777_216


def load_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every document validates against."""
    text = files("flakemark.report").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
