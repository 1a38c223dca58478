"""Known inputs that are handed to a class as the default of a field are looked at in the line of the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]

CLASS = """import random
import uuid
from dataclasses import dataclass, field
from datetime import date

@dataclass
class Ticket:
    seat: int
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    price: float = field(default_factory=random.random)
    day: date = field(default_factory=date.today)
    stops: list = field(default_factory=list)

tickets = [Ticket(1), Ticket(2), Ticket(3, price=7)]
prices = [ticket.price for ticket in tickets]
"""


def test_what_each_field_gets_is_recorded_in_its_line(program: Make) -> None:
    sample = program(CLASS)
    spots = [(site, spot.source) for site, spot in RECORDER.looked_at_closely() if site.file == sample.file and spot.source]
    found = {site.line: (source.kind, source.name) for site, source in spots}
    assert found == {9: ("unique", "uuid.uuid4"), 10: ("draw", "random.random"), 11: ("clock", "date.today")}
    assert sample.seen(line=10, kind="call")[1:] == sample["prices"][:2]  # after the call of field itself


def test_it_can_be_pinned_and_the_clock_be_moved(program: Make) -> None:
    sample = program(CLASS, run=False)
    RECORDER.start([
        {"kind": "pin", "site": sample.key(10, "call", "random"), "values": [0.25, 0.75]},
        {"kind": "moment", "site": "", "seconds": 951_782_400.0, "what": ""},
    ])  # fmt: skip
    sample.run()
    assert sample["prices"] == [0.25, 0.75, 7]
    assert {(ticket.day.year, ticket.day.month) for ticket in sample["tickets"]} == {(2000, 2)}


def test_what_is_no_known_input_is_handed_over_as_it_is(program: Make) -> None:
    sample = program(CLASS)
    fields = {one.name: one.default_factory for one in sample["Ticket"].__dataclass_fields__.values()}
    assert fields["stops"] is list
    assert fields["id"].__name__ == "uuid4"
    assert fields["id"].__wrapped__ is sample["uuid"].uuid4


def test_attrs_has_such_fields_too(program: Make) -> None:
    pytest.importorskip("attrs")
    sample = program("import attrs, random\n@attrs.define\nclass A:\n    x = attrs.field(factory=random.random)\nx = [A().x, A().x]")
    assert sample.seen(line=4, kind="call")[-2:] == sample["x"]
