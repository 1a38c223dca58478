"""Read the values of a JSON document that nobody vouches for; every complaint names the place and the value."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import Enum
from typing import Any, NoReturn, TypeVar

from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    Fix,
    Intervention,
    NodeId,
    Recipe,
    Report,
    StageCost,
    Status,
    TestOrder,
    Verdict,
)
from flakemark.report.escape import shorten
from flakemark.report.schema import MAX_ITEMS, MAX_PATCH, MAX_REPLAY, MAX_TEXT, VERSION

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
MAX_COUNT = 2**53


def parse_json(text: str) -> Any:
    """Parse JSON as the standard has it: no NaN, no infinity.

    Raises:
        ValueError: if it is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_document(value: Any) -> Report:
    """Return the report of a parsed document.

    Raises:
        ValueError: that names the first field at fault.
    """
    schema = value.get("schema") if isinstance(value, dict) else VERSION
    if schema != VERSION or isinstance(schema, bool):
        raise ValueError(f"schema {_shown(schema)} instead of {VERSION}; use the version of flakemark that wrote it")
    top = Fields(value, "", "schema tool project tests")
    tool, project = top.inner("tool", "name version"), top.inner("project", "root python notes")
    if tool.text("name") != "flakemark":
        raise ValueError(f"tool.name: expected 'flakemark', got {_shown(tool.text('name'))}")
    return Report(
        version=tool.text("version"),
        python=project.text("python"),
        root=project.text("root"),
        notes=project.texts("notes"),
        tests=top.each("tests", _test),
    )


class Fields:
    """The fields of one JSON object: exactly those expected.

    Args:
        value: what stands at the place.
        where: the place, e.g. "tests[3].cause".
        names: the expected fields, separated by spaces.
    """

    def __init__(self, value: Any, where: str, names: str) -> None:
        if not isinstance(value, dict):
            _complain(where or "document", "an object", value)
        expected = set(names.split())
        if missing := expected - value.keys():
            raise ValueError(f"{where or 'document'}: lacks the field {min(missing)!r}")
        if unknown := value.keys() - expected:
            raise ValueError(f"{where or 'document'}: unknown field {_shown(min(unknown))}")
        self._value = value
        self._where = where

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """Return a string of at most `limit` characters."""
        value = self._value[name]
        if not isinstance(value, str) or len(value) > limit:
            _complain(self._at(name), f"a text of at most {limit} characters", value)
        return value

    def maybe_text(self, name: str, limit: int = MAX_TEXT) -> str | None:
        """Return a string of at most `limit` characters, or None."""
        return None if self._value[name] is None else self.text(name, limit)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        return tuple(Fields({name: one}, f"{self._at(name)}[{number}]", name).text(name) for number, one in enumerate(self._list(name)))

    def count(self, name: str, least: int = 0) -> int:
        """Return a whole number."""
        value = self._value[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_COUNT:
            _complain(self._at(name), f"a whole number from {least}", value)
        return value

    def number(self, name: str, most: float) -> float:
        """Return a number from 0 to `most`."""
        value = self._value[name]
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= most:
            _complain(self._at(name), f"a number from 0 to {most:g}", value)
        return float(value)

    def one_of(self, name: str, kind: type[E]) -> E:
        """Return a member of an enumeration."""
        value = self._value[name]
        found = next((member for member in kind if member.value == value), None)
        if found is None:
            _complain(self._at(name), "one of " + ", ".join(str(member.value) for member in kind), value)
        return found

    def each(self, name: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """Return a list of objects, each read by `read(value, where)`."""
        return tuple(read(value, f"{self._at(name)}[{number}]") for number, value in enumerate(self._list(name)))

    def maybe(self, name: str, read: Callable[[Any, str], T]) -> T | None:
        """Return an object read by `read(value, where)`, or None."""
        value = self._value[name]
        return None if value is None else read(value, self._at(name))

    def inner(self, name: str, names: str) -> Fields:
        """Return the fields of an object within."""
        return Fields(self._value[name], self._at(name), names)

    def json(self, name: str) -> str:
        """Return an object as JSON text, as `json.dumps` writes it."""
        value = self._value[name]
        text = json.dumps(value, allow_nan=False) if isinstance(value, dict) else ""
        if not text or len(text) > MAX_REPLAY:
            _complain(self._at(name), f"an object of at most {MAX_REPLAY} characters", value)
        return text

    def _list(self, name: str) -> list[Any]:
        value = self._value[name]
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            _complain(self._at(name), f"a list of at most {MAX_ITEMS} items", value)
        return value

    def _at(self, name: str) -> str:
        return f"{self._where}.{name}".lstrip(".")


def _test(value: Any, where: str) -> Diagnosis:
    names = "nodeid verdict cause candidates chain evidence order reproduce fix cost notes divergences replay"
    fields = Fields(value, where, names)
    cost = fields.inner("cost", "runs seconds stages")
    return Diagnosis(
        nodeid=NodeId(fields.text("nodeid")),
        verdict=fields.one_of("verdict", Verdict),
        cause=fields.maybe("cause", _cause),
        candidates=fields.each("candidates", _cause),
        chain=fields.each("chain", _link),
        evidence=_evidence(fields.inner("evidence", "runs passed failed interventions")),
        order=fields.maybe("order", _order),
        reproduce=fields.text("reproduce"),
        fix=_fix(fields.inner("fix", "advice patch verified")),
        cost=Cost(cost.count("runs"), cost.number("seconds", MAX_COUNT), cost.each("stages", _stage)),
        divergences=fields.count("divergences"),
        notes=fields.texts("notes"),
        recipe=fields.maybe("replay", _replay),
    )


def _stage(value: Any, where: str) -> StageCost:
    fields = Fields(value, where, "stage runs seconds")
    return StageCost(fields.text("stage"), fields.count("runs"), fields.number("seconds", MAX_COUNT))


def _cause(value: Any, where: str) -> Cause:
    names = "file line end_line function source divergence_type category status confidence title detail"
    fields = Fields(value, where, names)
    line = fields.count("line", least=1)
    return Cause(
        file=fields.text("file"),
        line=line,
        end_line=fields.count("end_line", least=line),
        function=fields.text("function"),
        source=fields.text("source"),
        divergence_type=fields.one_of("divergence_type", DivergenceType),
        category=fields.one_of("category", Category),
        status=fields.one_of("status", Status),
        confidence=fields.number("confidence", 1),
        title=fields.text("title"),
        detail=fields.text("detail"),
    )


def _link(value: Any, where: str) -> ChainLink:
    fields = Fields(value, where, "file line function source passing failing")
    return ChainLink(
        file=fields.text("file"),
        line=fields.count("line", least=1),
        function=fields.text("function"),
        source=fields.text("source"),
        passing=fields.text("passing"),
        failing=fields.text("failing"),
    )


def _evidence(fields: Fields) -> Evidence:
    interventions = fields.each("interventions", _intervention)
    return Evidence(fields.count("runs"), fields.count("passed"), fields.count("failed"), interventions)


def _intervention(value: Any, where: str) -> Intervention:
    fields = Fields(value, where, "kind target setting passed failed")
    return Intervention(
        kind=fields.text("kind"),
        target=fields.text("target"),
        setting=fields.text("setting"),
        passed=fields.count("passed"),
        failed=fields.count("failed"),
    )


def _order(value: Any, where: str) -> TestOrder:
    fields = Fields(value, where, "polluters state_setters state")
    polluters, setters = fields.texts("polluters"), fields.texts("state_setters")
    return TestOrder(tuple(map(NodeId, polluters)), tuple(map(NodeId, setters)), fields.text("state"))


def _fix(fields: Fields) -> Fix | None:
    fix = Fix(fields.text("advice"), fields.maybe_text("patch", MAX_PATCH), fields.maybe("verified", _verified))
    return None if fix == Fix("") else fix


def _verified(value: Any, where: str) -> tuple[int, int]:
    fields = Fields(value, where, "runs failed")
    return fields.count("runs"), fields.count("failed")


def _replay(value: Any, where: str) -> Recipe:
    fields = Fields(value, where, "failing passing")
    return Recipe(fields.json("failing"), fields.json("passing"))


def _complain(where: str, expected: str, value: Any) -> NoReturn:
    raise ValueError(f"{where}: expected {expected}, got {_shown(value)}")


def _shown(value: Any) -> str:
    return shorten(repr(value)[:200], 60)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
