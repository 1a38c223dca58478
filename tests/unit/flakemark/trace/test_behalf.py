"""Which input a library asks for on behalf of a line of the project."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]


def watched(program: Make, source: str) -> dict[int, str]:
    """Run with every call watched; the names of the sources by line."""
    sample = program(source, run=False)
    RECORDER.start([{"kind": "watch", "site": site.key} for site in sample.sites() if site.kind == "call"])
    sample.run()
    named = RECORDER.looked_at_closely()
    return {site.line: spot.source.name for site, spot in named if site.file == sample.file and spot.source is not None}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("email.utils.make_msgid()", "random.getrandbits"),
        ("email.utils.localtime()", "datetime.now"),
        ("Item()", "uuid.uuid4"),
        ("statistics.NormalDist().samples(2)", "random.random"),
        ("copy.deepcopy([1, {}])", None),
        ("sorted('ab', key=hash)", None),
        ("threading.Event().wait(0)", "Event.wait"),
        ("next(tempfile._get_candidate_names())", "random.choices"),
    ],
)
def test_the_most_telling_input_below_a_call_is_named(program: Make, line: str, name: str | None) -> None:
    setting = "import copy, email.utils, statistics, tempfile, threading, uuid\nfrom dataclasses import dataclass, field\n"
    setting += "@dataclass\nclass Item:\n    id: object = field(default_factory=uuid.uuid4)\n"
    found = watched(program, f"{setting}x = {line}").get(6)
    assert found == name or (name == "random.random" and found in ("random.random", "random.gauss"))


def test_what_the_project_itself_asks_for_below_a_call_has_a_site_of_its_own(program: Make) -> None:
    source = "import uuid\ndef own():\n    return uuid.uuid4()\nx = max(map(lambda f: str(f()), [own]))\ny = own()"
    assert watched(program, source) == {3: "uuid.uuid4"}


def test_a_profiler_of_the_users_is_back_afterwards(program: Make) -> None:
    seen: list[str] = []

    def profile(frame: Any, event: str, argument: Any) -> None:
        seen.append(event)

    sys.setprofile(profile)
    try:
        watched(program, "import email.utils\nx = email.utils.make_msgid()")
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)
    assert seen


def test_an_error_below_a_watched_call_is_the_users(program: Make) -> None:
    with pytest.raises(ZeroDivisionError):
        watched(program, "import functools\nfunctools.reduce(lambda a, b: a / b, [1, 0])")
    assert sys.getprofile() is None
