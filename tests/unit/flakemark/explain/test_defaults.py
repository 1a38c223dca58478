"""The field whose default is made up, where a call of its class is what flips the outcome."""

from __future__ import annotations

import pytest

from flakemark.explain.defaults import field_instead
from flakemark.model import Category, Cause, DivergenceType, Status
from tests.unit.flakemark.scripted import site

CALL = site("shop/desk.py:34", callee="models.Ticket", source="unique", name="uuid.uuid4")
CAUSE = Cause(
    file="shop/desk.py", line=34, end_line=34, function="Desk.sell", source="ticket = models.Ticket(seat)", confidence=0.7, title="made up",
    divergence_type=DivergenceType.VALUE_MISMATCH, category=Category.RANDOMNESS, status=Status.CONFIRMED, detail="passing run: 1",
)  # fmt: skip
MODELS = """
class Ticket:
    seat: int
    price: float = 1.5
    number: str = field(default="x")
    id: UUID = {}
class Other:
    id: UUID = field(default_factory=uuid4)
"""


def named(models: str, called: str = "models.Ticket", source: str = "uuid.uuid4") -> Cause | None:
    traced = site("shop/desk.py:34", callee=called, source="unique", name=source)
    files = {"shop/models.py": models, "shop/desk.py": "from shop import models"}
    return field_instead(CAUSE, traced, [*files, *files], lambda file, line: f"{file} {line}", files.__getitem__)


@pytest.mark.parametrize(
    "made", ["field(default_factory=uuid4)", "attrs.field(factory=uuid.uuid4)", "Column(UUID, default=uuid4)", "LazyFunction(uuid4)"]
)
def test_the_field_is_named_and_the_call_told_in_the_detail(made: str) -> None:
    found = named(MODELS.format(made))
    assert found is not None
    assert (found.file, found.line, found.function, found.source) == ("shop/models.py", 6, "Ticket", "shop/models.py 6")
    assert "where Ticket is called, in shop/desk.py:34; passing run: 1" in found.detail
    assert (found.category, found.confidence) == (CAUSE.category, CAUSE.confidence)


@pytest.mark.parametrize(
    ("models", "called", "source"),
    [
        (MODELS.format("field(default_factory=uuid1)"), "Ticket", "uuid.uuid4"),
        (MODELS.format("uuid4()"), "Ticket", "uuid.uuid4"),  # once, at import
        (MODELS.format("field(default_factory=uuid4)"), "uuid4", "uuid.uuid4"),  # called directly
        (MODELS.format("field(default_factory=uuid4)"), "Ticket", ""),
        (MODELS.format("field(default_factory=uuid4)") * 2, "Ticket", "uuid.uuid4"),  # which of the two?
        ("class Ticket: (", "Ticket", "uuid.uuid4"),
        ("", "Ticket", "uuid.uuid4"),
    ],
)
def test_otherwise_the_call_stays_the_cause(models: str, called: str, source: str) -> None:
    assert named(models, called, source) is None
