"""Where the order of a set shows: each place is known, and can be forced."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]
WORDS = [f"w{number}" for number in range(9)]
ORDERED = {
    "loop": "out = []\nfor x in s: out.append(x)",
    "comprehension": "out = [x for x in s]",
    "generator": "out = list(x for x in s)",
    "dict comprehension": "out = list({x: 1 for x in s})",
    "list": "out = list(s)",
    "tuple": "out = list(tuple(s))",
    "sorted, ties": "out = sorted(s, key=len)",
    "max, ties": "out = [max(s, key=len)]",
    "min, ties": "out = [min(s, key=len)]",
    "join": "out = ','.join(s).split(',')",
    "unpacking": "a, *rest = s\nout = [a, *rest]",
    "star": "out = [*s]",
    "star in a call": "def f(*a): return list(a)\nout = f(*s)",
    "enumerate": "out = [x for _, x in enumerate(s)]",
    "zip": "out = [x for x, _ in zip(s, range(99))]",
    "map": "out = list(map(str, s))",
    "iter": "out = [next(iter(s))]",
    "dict.fromkeys": "out = list(dict.fromkeys(s))",
    "extend": "out = []\nout.extend(s)",
    "extendleft": "from collections import deque\nd = deque()\nd.extendleft(s)\nout = list(d)",
    "Counter.update": "from collections import Counter\nc = Counter()\nc.update(s)\nout = [w for w, _ in c.most_common()]",
    "chain": "import itertools\nout = list(itertools.chain(s, ()))",
    "reduce": "import functools\nout = functools.reduce(lambda a, b: a + ',' + b, s).split(',')",
    "itertools": "import itertools\nout = [x for x in itertools.accumulate(s, lambda a, b: b)]",
    "collections": "import collections\nout = list(collections.OrderedDict.fromkeys(s))",
    "collections.deque": "import collections\nout = list(collections.deque(s))",
    "Counter": "from collections import Counter\nout = [w for w, _ in Counter(s).most_common()]",
    "deque": "from collections import deque\nout = list(deque(s))",
    "yield from": "def g(): yield from s\nout = list(g())",
    "frozenset": "out = list(frozenset(s))",
    "union": "out = list(s | {'w1'})",
    "keys": "out = list(dict.fromkeys(s).keys() & s)",
    "pop": "out = [set(s).pop()]",
}


_numbers = itertools.count()


def kinds(program: Make, body: str) -> tuple[Any, set[str]]:
    """Run it; the kinds of the sources that were found after its first line."""
    sample = program(f"s = set({WORDS})\n{body}", name=f"set_order_{next(_numbers)}")
    spots = RECORDER.looked_at_closely()
    return sample, {spot.source.kind for site, spot in spots if site.file == sample.file and site.line > 1 and spot.source}


@pytest.mark.parametrize("body", ORDERED.values(), ids=ORDERED)
def test_an_order_of_a_set_is_recorded_and_permuted(program: Make, body: str) -> None:
    sample, found = kinds(program, body)
    assert found & {"set_order", "set_pop"}
    seen = set()
    for seed in range(1, 9):
        RECORDER.start([{"kind": "permute", "what": "set_order", "seed": seed}])
        seen.add(tuple(sample.run()["out"]))
    assert len(seen) > 1
    assert set(itertools.chain(*seen)) <= set(WORDS)


@pytest.mark.parametrize("body", ["out = [len(s)]", "out = ['w1' in s]", "out = [s == set(s)]", "out = [x for x in {3, 1, 2}]"])
def test_what_shows_no_order_has_no_source(program: Make, body: str) -> None:
    assert kinds(program, body)[1] == set()
