"""What makes an outcome happen every time, as JSON: written into reports, taken back in by `flakemark replay`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flakemark.errors import UsageError
from flakemark.model import NodeId
from flakemark.runs import Forcing, RunRequest

_KINDS = frozenset(
    {
        "pin",
        "order",
        "edge",
        "advance",
        "delay",
        "permute",
        "stretch",
        "hold",
        "lock",
        "pause",
        "busy",
        "under",
        "moment",
        "collect",
        "identity",
        "garbage",
    }
)


def force_document(forcing: Forcing) -> dict[str, Any]:
    """Turn a forcing into the JSON that flakemark.trace.forcing understands."""
    fields = asdict(forcing)
    fields["from"] = fields.pop("first")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def dumps(request: RunRequest) -> str:
    """Write a request down."""
    return json.dumps({
        "victim": request.victim, "before": list(request.before),
        "seed": request.seed, "hash_seed": request.hash_seed, "fresh": request.fresh,
        "place": request.place, "restore": list(request.restore),
        "environment": dict(request.environment), "forcings": [force_document(forcing) for forcing in request.forcings],
    })  # fmt: skip


def loads(text: str) -> RunRequest:
    """Read a request back.

    Raises:
        UsageError: it is not one of ours.
    """
    try:
        document = json.loads(text)
        return RunRequest(
            victim=NodeId(str(document["victim"])),
            before=tuple(NodeId(str(name)) for name in document["before"]),
            seed=int(document["seed"]),
            hash_seed=int(document["hash_seed"]) % 4_294_967_296,
            fresh=bool(document["fresh"]),
            place=int(document.get("place", 0)),
            restore=tuple(str(path) for path in document.get("restore", ())),
            environment=tuple((str(name), str(value)) for name, value in document["environment"].items()),
            forcings=tuple(_forcing(entry) for entry in document["forcings"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"the report's replay section cannot be read ({type(error).__name__}: {error}); make the report again") from error


def _forcing(entry: dict[str, Any]) -> Forcing:
    if entry["kind"] not in _KINDS:
        raise ValueError(f"unknown forcing {entry['kind']!r}")
    return Forcing(
        kind=str(entry["kind"]), site=str(entry["site"]), what=str(entry["what"]), values=tuple(entry["values"]),
        edge=int(entry["edge"]), seconds=float(entry["seconds"]), first=int(entry["from"]), seed=int(entry["seed"]),
    )  # fmt: skip
