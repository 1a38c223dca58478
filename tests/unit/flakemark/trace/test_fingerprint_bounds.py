"""Literals are bounded in size and time, and nothing that is lazy is computed for them."""

from __future__ import annotations

import collections
import dataclasses
import io
import itertools
import json
import pathlib
import re
import time
import types
from typing import Any
from unittest import mock

import pytest

from flakemark.trace.fingerprint import NODES, encode


def size(literal: Any) -> int:
    return 1 + sum(map(size, literal)) if isinstance(literal, list) else 1


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    return value


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = [value, value]
    return value


def wide() -> Any:
    return [[[[list(range(50))] * 50] * 50] * 50] * 50


@pytest.mark.parametrize(
    "value",
    [
        deep(),
        cyclic(),
        wide(),
        list(range(10**6)),
        set(range(10**5)),
        dict.fromkeys(range(10**5)),
        "x" * 10**6,
        b"x" * 10**6,
        10**5000,
        (1,) * 10**6,
        collections.deque(range(10**5)),
        range(10**9),
        types.SimpleNamespace(**{f"a{n}": n for n in range(999)}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_literals_are_bounded(value: Any) -> None:
    assert size(encode(value)) < 12 * NODES
    assert len(json.dumps(encode(value))) < 10_000


@dataclasses.dataclass
class Node:
    children: list[Any]
    parent: Any = None


def tree(depth: int) -> Node:
    node = Node([tree(depth - 1) for _ in range(6)] if depth else [])
    for child in node.children:
        child.parent = node
    return node


def test_objects_that_hold_each_other_are_bounded() -> None:
    assert size(encode(tree(5))) < 12 * NODES
    assert size(encode([tree(2)] * 50)) < 12 * NODES


@pytest.mark.parametrize(
    "make", [lambda: "é" * 10**7, lambda: b"x" * 10**8, lambda: bytearray(10**8), lambda: 1 << 10**8, lambda: [0] * 10**7]
)
def test_the_time_for_a_huge_value_does_not_grow_with_it(make: Any) -> None:
    value = make()
    began = time.process_time()
    for _ in range(10):
        encode(value)
    assert (time.process_time() - began) / 10 < 0.02  # a checksum of all of it would take ten times as long


def test_huge_arrays_are_looked_at_in_parts() -> None:
    numpy = pytest.importorskip("numpy")
    square = numpy.zeros((3000, 3000))
    for value in (square, square.T, square[::2, ::3], square.astype("f4"), numpy.ma.zeros(9), square.view(numpy.matrix)):
        began = time.process_time()
        literal = encode(value)
        assert time.process_time() - began < 0.05
        assert size(literal) < 12 * NODES
    changed = square.copy()
    changed[-1, -1] = 1
    assert encode(changed) != encode(square)
    assert encode(numpy.array([object(), "x"], dtype=object))[0] == "obj"
    assert encode(numpy.zeros(2, dtype=[("a", "i4"), ("b", "f8")]))[0] == "obj"


def test_libraries_that_compute_when_asked_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("was asked")

    for mocked in (mock.MagicMock(side_effect=refuse), mock.Mock(spec=dict), mock.AsyncMock(), mock.sentinel.x, mock.call.a.b(1)):
        before = list(getattr(mocked, "mock_calls", []))
        encode(mocked)
        encode([mocked, {1: mocked}])
        assert list(getattr(mocked, "mock_calls", [])) == before


def test_a_lazy_attribute_of_an_orm_is_not_loaded() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy import orm

    base = orm.declarative_base()
    columns = {
        "__tablename__": "t",
        "id": sqlalchemy.Column(sqlalchemy.Integer, primary_key=True),
        "name": sqlalchemy.Column(sqlalchemy.Text),
    }
    kind = type("Row", (base,), columns)
    engine = sqlalchemy.create_engine("sqlite://")
    base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(kind(id=1, name="a"))
        session.commit()  # everything is expired now: reading an attribute asks the database
        row = session.get(kind, 1)
        session.expire(row)
        asked: list[str] = []
        sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        for value in (row, session, engine, kind, session.query(kind), sqlalchemy.select(kind)):
            encode(value)
            encode([value])
        assert asked == []
    engine.dispose()


def test_frames_and_columns_of_pandas_are_not_computed() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(10**5), "b": 1.5})
    for value in (frame, frame["a"], frame.groupby("a"), frame.index):
        began = time.process_time()
        assert size(encode(value)) < 12 * NODES
        assert time.process_time() - began < 0.05
    assert encode(pandas.Timestamp("2024-02-29"))[2][0] == ["value", ["datetime", [2024, 2, 29, 0, 0, 0, 0], None, 0]]


def test_streams_and_iterators_are_not_moved(tmp_path: pathlib.Path) -> None:
    async def coroutine() -> None:
        return None

    waiting = coroutine()
    with (tmp_path / "f").open("w+") as file:
        file.write("abc")
        file.seek(1)
        streams: list[Any] = [
            file,
            io.StringIO("abc"),
            iter([1]),
            zip([1], [2], strict=True),
            itertools.count(),
            re.finditer("a", "aa"),
            waiting,
        ]
        for stream in streams:
            encode(stream)
            encode({"x": [stream]})
        assert file.tell() == 1
        assert [next(streams[2]), next(streams[3]), next(streams[4]), streams[1].read()] == [1, (1, 2), 0, "abc"]
    waiting.close()
