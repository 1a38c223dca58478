"""Recipes: written into reports, taken back in by `flakemark replay`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flakemark import recipe
from flakemark.errors import UsageError
from flakemark.model import NodeId
from flakemark.runs import Forcing, RunRequest

REQUEST = RunRequest(
    victim=NodeId("tests/test_x.py::test_victim[ä-\n]"),
    before=(NodeId("tests/test_x.py::test_other"),),
    seed=7,
    hash_seed=8,
    fresh=True,
    environment=(("TZ", "UTC"), ("LC_ALL", "C")),
    forcings=(
        Forcing(kind="pin", site="shop.py:5:4:call", values=(1, None, 2.5, ["list", ["a", ["tuple", [True]]]])),
        Forcing(kind="edge", site="shop.py:6:4:call", edge=2),
        Forcing(kind="advance", site="shop.py:7:4:call", seconds=-1.5, first=3),
        Forcing(kind="permute", what="set_order", seed=11),
    ),
)


def document(**changes: Any) -> str:
    return json.dumps({**json.loads(recipe.dumps(REQUEST)), **changes})


def test_a_recipe_round_trips() -> None:
    assert recipe.loads(recipe.dumps(REQUEST)) == REQUEST


def test_a_recipe_is_ascii_on_one_line() -> None:
    text = recipe.dumps(REQUEST)
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize("kind", ["pin", "order", "edge", "advance", "delay", "permute", "stretch", "hold", "lock"])
def test_every_kind_of_forcing_round_trips(kind: str) -> None:
    request = RunRequest(victim=NodeId("a.py::b"), forcings=(Forcing(kind=kind),))
    assert recipe.loads(recipe.dumps(request)) == request


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "3", '"text"', "{}",
        document(forcings=None), document(forcings=[{}]), document(forcings=[3]), document(forcings=[{"kind": "explode"}]),
        document(forcings=[{"kind": "pin", "site": "", "values": 3, "edge": 0, "seconds": 0, "from": 0, "what": "", "seed": 0}]),
        document(environment=[1]), document(before=5), document(seed="x"), document(seed=None),
        document().replace('"seed": 7', '"seed": Infinity'), document().replace('"seed": 7', '"seed": NaN'),
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_recipe_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be read") as refused:
        recipe.loads(text)
    assert "\n" not in str(refused.value)
