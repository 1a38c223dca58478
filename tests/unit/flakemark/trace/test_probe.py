"""Observe, pin, order, edge, advance, delay, stretch, lock: each on instrumented source, in this process."""

from __future__ import annotations

import builtins
import inspect
import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from flakemark.trace.format import read_trace
from flakemark.trace.probe import AWAITED, CALLEE, ITERABLE, VALUE
from flakemark.trace.recording import HOT_FOR, LIGHT_SOURCE_CAP, RECORDER, SITE_CAP

Make = Callable[..., Any]
WORDS = [f"word{number}" for number in range(12)]


def again(sample: Any, *forces: dict[str, Any]) -> Any:
    """Begin a new run of a sample under these forces."""
    RECORDER.start(list(forces))
    return sample.run()


def test_values_are_observed_in_order_of_completion(program: Make) -> None:
    sample = program("def f(n):\n    return n + 1\nx = f(f(1))")
    assert sample.seen(kind="return") == [2, 3]
    assert sample.seen(line=3) == [2, 3]


def test_a_new_run_begins_with_nothing_recorded(program: Make) -> None:
    program("x = abs(-1)")
    RECORDER.start([])
    assert RECORDER.recorded() == []
    assert RECORDER.dropped == 0


def test_a_loop_is_recorded_up_to_its_cap_and_marked_as_full(program: Make, tmp_path: Path) -> None:
    sample = program("for n in range(1000):\n    abs(n)\nabs(-1)")
    assert sample.seen(line=2) == list(range(SITE_CAP))
    RECORDER.write(str(tmp_path / "t"))
    own = [entry for entry in read_trace(str(tmp_path / "t")).sites if entry.site.file == sample.file]
    assert {entry.site.line: entry.full for entry in own} == {2: True, 3: False}


def test_a_source_is_recorded_beyond_the_cap(program: Make) -> None:
    sample = program("import random\nfor n in range(1000):\n    random.random()")
    assert len(sample.seen(line=3)) == 1000


def test_of_a_session_less_and_less_of_a_hot_site_is_recorded(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program("def run():\n    for n in range(1000):\n        abs(n)\n    return abs(-1)")
    counts = []
    for _ in range(5):
        RECORDER.start([])
        sample["run"]()
        counts.append((len(sample.seen(line=3)), len(sample.seen(line=4, kind="call"))))
    assert counts == [(8, 1), (4, 1), (2, 1), (1, 1), (1, 1)]


def test_a_site_that_is_hot_for_good_is_passed_by_for_the_rest_of_a_session_and_named_in_traces(
    program: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    monkeypatch.setattr(RECORDER, "leaves_out", 2)
    sample = program(
        "def run(f):\n    for n in range(100):\n        abs(n)\n        f(n)\n        x = -n\n        x = n - 1\n    return abs(-1)"
    )
    counts = []
    for _ in range(3 + HOT_FOR + 2):
        RECORDER.start([])
        sample["run"](abs)
        counts.append([len(sample.seen(line=line)) for line in (3, 4, 5, 6, 7)])
    assert counts[3] == counts[1 + HOT_FOR] == [1, 1, 1, 1, 1]
    assert (counts[-1][1], counts[-1][4]) == (1, 1)  # what is handed in may be another thing; what runs once is not hot
    passed_by = {line for line, count in zip((3, 5, 6), (counts[-1][0], *counts[-1][2:4]), strict=True) if not count}
    assert len(passed_by) == 2  # as many as may be left out
    RECORDER.write(str(tmp_path / "t"))
    trace = read_trace(str(tmp_path / "t"))
    own = {number: entry for number, entry in enumerate(trace.sites) if entry.site.file == sample.file}
    assert {own[number].site.line for number in own.keys() - {event.site for event in trace.events} if own[number].full} == passed_by


def test_of_a_session_a_source_is_recorded_up_to_a_cap_in_every_test(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program("import random\ndef run():\n    for n in range(3000):\n        random.random()")
    for _ in range(2):
        RECORDER.start([])
        sample["run"]()
        assert len(sample.seen(line=4, kind="call")) == LIGHT_SOURCE_CAP
        assert all(type(value) is float for value in sample.seen(line=4, kind="call"))


def test_of_a_session_the_order_of_a_set_is_recorded_up_to_a_cap_in_every_test(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program(f"words = set({WORDS!r})\ndef run():\n    for n in range(1200):\n        for word in words:\n            pass")
    for _ in range(2):
        RECORDER.start([])
        sample["run"]()
        orders = sample.seen(line=4, kind="iterate")
        assert len(orders) == LIGHT_SOURCE_CAP
        assert sorted(orders[0][1]) == sorted(WORDS)


ROUNDS = "def run(handed):\n    for each in handed:\n        for item in each:\n            pass"


def test_of_a_session_a_site_that_has_gone_through_lists_is_looked_at_once_in_every_test(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program(ROUNDS)
    found = []
    for handed in [*[[[1]] * 100] * 6, [set(WORDS), [1]], [[1]] * 100, [[1], [1], set(WORDS)], [[1]] * 100 + [set(WORDS)]]:
        RECORDER.start([])
        sample["run"](handed)
        found.append(len(sample.seen(line=3, kind="iterate")))
    assert found == [*[0] * 6, 1, 0, 1, 1]  # one that went through a set once is looked at for good


def test_of_a_session_a_site_that_goes_through_lists_test_after_test_is_passed_by(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    monkeypatch.setattr(RECORDER, "leaves_out", 1)
    monkeypatch.setattr(RECORDER, "left_out", {})
    sample = program(ROUNDS)
    for _ in range(HOT_FOR):
        RECORDER.start([])
        sample["run"]([[1]] * 100)
    RECORDER.start([])
    sample["run"]([set(WORDS)])
    assert sample.seen(line=3, kind="iterate") == []
    assert RECORDER.left_out == {sample.file: (sample.key(3, "iterate"),)}


def test_of_a_diagnosis_every_set_is_seen_whatever_a_site_went_through_before(program: Make) -> None:
    sample = program(ROUNDS)
    for _ in range(HOT_FOR):
        RECORDER.start([])
        sample["run"]([[1]] * 100 + [set(WORDS)])
    assert len(sample.seen(line=3, kind="iterate")) == 1


def test_a_hot_site_of_a_session_that_turns_out_to_be_a_source_is_recorded_as_one(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program("import random\ndef run(draw):\n    return [draw() for n in range(20)]")
    counts = []
    for draw in [*[lambda: 0] * 6, random.random, lambda: 0]:
        RECORDER.start([])
        sample["run"](draw)
        counts.append(len(sample.seen(line=3, kind="call")))
    assert counts == [8, 4, 2, 1, 1, 1, 20, 20]


@pytest.mark.parametrize("light", [True, False])
def test_a_run_begins_with_every_site_as_new_whatever_the_last_one_reached(
    program: Make, monkeypatch: pytest.MonkeyPatch, light: bool
) -> None:
    monkeypatch.setattr(RECORDER, "light", light)
    sample = program("def run(n):\n    for n in range(n):\n        abs(n)\ndef other():\n    return abs(-1)")
    found = []
    for rounds in (1, 1, 1, 1):
        RECORDER.start([])
        sample["run"](rounds)
        sample["other"]()
        found.append((sample.seen(line=3), sample.seen(line=5)))
    assert found == [([0], [1])] * 4


def test_pins_go_by_occurrence_and_what_has_none_stays(program: Make) -> None:
    sample = program("import random\nout = [random.randint(1, 6) for _ in range(4)]", run=False)
    again(sample, {"kind": "pin", "site": sample.key(2, "call", "randint"), "values": [60, 70]})
    assert sample["out"][:2] == [60, 70]
    assert set(sample["out"][2:]) <= {1, 2, 3, 4, 5, 6}
    assert sample.seen(line=2, kind="call")[:2] == [60, 70]


def test_a_pin_that_cannot_be_rebuilt_leaves_the_value(program: Make) -> None:
    sample = program("x = abs(-3)", run=False)
    for literal in (["cut", "list", 3], ["obj", "a.B", []], ["enum", "a.B", "c"], [], ["date", 0]):
        again(sample, {"kind": "pin", "site": sample.key(1, "call"), "values": [literal]})
        assert sample["x"] == 3


def test_a_draw_of_an_object_is_pinned_to_the_very_object(program: Make) -> None:
    source = "import random\nclass P:\n    def __init__(self, n): self.n = n\nitems = [P(n) for n in range(50)]\nx = random.choice({how})"
    for how in ("items", "seq=items", "tuple(items)"):
        sample = program(source.format(how=how))
        literal = sample.seen(line=5, kind="call")[-1]
        picked = sample["x"].n
        again(sample, {"kind": "pin", "site": sample.key(5, "call", "choice"), "values": [literal]})
        assert sample["x"].n == picked
        assert any(sample["x"] is item for item in sample["items"])


@pytest.mark.parametrize(
    ("call", "edges"),
    [
        ("randint(1, 6)", [1, 6]),
        ("randint(a=1, b=6)", [1, 6]),
        ("randrange(10)", [0, 9, 1]),
        ("randrange(2, 10, 3)", [2, 8, 5]),
        ("choice('abc')", ["a", "c"]),
        ("choice(seq='abc')", ["a", "c"]),
        ("sample(range(5), 2)", [[0, 1], [4, 3]]),
        ("sample(population=[1, 2], k=1)", [[1], [2]]),
        ("choices([1, 2], k=2)", [[1, 1], [2, 2]]),
        ("random()", [0.0, 1 - 2**-53]),
        ("uniform(1, 2)", [1, 2 - 2**-20]),
        ("uniform(b=3, a=3)", [3, 3]),
        ("uniform(b=9, a=5)", [5, 9 - 2**-18]),
        ("triangular(2, 4)", [2, 4]),
        ("expovariate(2)", [0, 3.8]),
        ("getrandbits(8)", [0, 255]),
    ],
)
def test_an_edge_is_an_extreme_value_of_the_call(program: Make, call: str, edges: list[Any]) -> None:
    sample = program(f"import random\nx = random.{call}", run=False)
    for number, edge in enumerate(edges):
        again(sample, {"kind": "edge", "site": sample.key(2, "call"), "edge": number})
        assert sample["x"] == edge


def test_an_edge_that_the_call_does_not_have_leaves_its_value(program: Make) -> None:
    source = "import random\nclass S:\n    def __len__(self): return 3\n    def __getitem__(self, n): return [7, 7, 7][n]\nx = {}"
    for call, expected in [("random.triangular(1, 1)", 1), ("random.choice(S())", 7), ("random.randint(5, 5)", 5)]:
        sample = program(source.format(call), run=False)
        again(sample, {"kind": "edge", "site": sample.key(5, "call"), "edge": 9})
        assert sample["x"] == expected


def test_an_error_of_a_forced_draw_is_still_its_own(program: Make) -> None:
    sample = program("import random\ntry: x = random.choice([])\nexcept IndexError as e: x = str(e)", run=False)
    again(sample, {"kind": "edge", "site": sample.key(2, "call"), "edge": 0})
    assert "index out of range" in sample["x"] or "empty" in sample["x"]


def test_a_shuffle_is_recorded_and_put_into_the_recorded_order(program: Make) -> None:
    for call in ("shuffle(x)", "shuffle(x=x)"):
        sample = program(f"import random\nx = list(range(20))\nrandom.{call}")
        literal = sample.seen(line=3, kind="call")[-1]
        assert literal == ["list", sample["x"]]
        before = list(sample["x"])
        again(sample, {"kind": "order", "site": sample.key(3, "call"), "values": [literal]})
        assert sample["x"] == before


def test_the_edges_of_a_shuffle_are_no_change_and_the_reverse(program: Make) -> None:
    sample = program("import random\nx = [1, 2, 3]\nrandom.shuffle(x)", run=False)
    key = sample.key(3, "call")
    assert again(sample, {"kind": "edge", "site": key, "edge": 0})["x"] == [1, 2, 3]
    assert again(sample, {"kind": "edge", "site": key, "edge": 1})["x"] == [3, 2, 1]


def test_numpy_shuffles_are_recorded(program: Make) -> None:
    pytest.importorskip("numpy")
    sample = program("import numpy\nx = numpy.arange(5)\nnumpy.random.shuffle(x)")
    assert sample.seen(line=3, kind="call") == [["list", sample["x"].tolist()]]


def test_the_order_of_a_set_is_recorded_where_it_is_iterated_and_can_be_forced(program: Make) -> None:
    sample = program(f"s = set({WORDS})\nout = list(s)\nfor x in s: pass\njoined = ','.join(s)\nt = [*s]")
    assert sample.seen(line=2, kind="iterate") == [["list", sample["out"]]]
    wanted = ["list", sorted(WORDS)]
    forces = [{"kind": "order", "site": sample.key(line, "iterate"), "values": [wanted]} for line in (2, 4, 5)]
    again(sample, *forces)
    assert sample["out"] == sample["t"] == sorted(WORDS)
    assert sample["joined"] == ",".join(sorted(WORDS))


def test_a_permutation_applies_to_every_set_and_is_the_same_each_time(program: Make) -> None:
    sample = program(f"out = list(set({WORDS}))\nnumbers = list({{3, 1, 2}})", run=False)
    first = again(sample, {"kind": "permute", "what": "set_order", "seed": 3})["out"]
    assert again(sample, {"kind": "permute", "what": "set_order", "seed": 3})["out"] == first
    assert sorted(first) == sorted(WORDS)
    assert again(sample, {"kind": "permute", "what": "set_order", "seed": 4})["out"] != first
    assert sample["numbers"] == list({3, 1, 2}), "the order of numbers is not a matter of hash seeds"


def test_a_permutation_ends_with_its_run(program: Make) -> None:
    sample = program(f"out = list(set({WORDS}))", run=False)
    again(sample, {"kind": "permute", "what": "set_order", "seed": 3})
    assert again(sample)["out"] == list(set(WORDS))


def test_the_order_of_a_weak_set_is_that_of_a_set(program: Make) -> None:
    body = "import weakref\nclass C:\n    def __init__(self, n): self.n = n\nkept = [C(n) for n in range(6)]\ns = weakref.WeakSet(kept)\n"
    sample = program(f"{body}out = [one.n for one in s]", run=False)
    seen = {tuple(again(sample, {"kind": "permute", "what": "set_order", "seed": seed})["out"]) for seed in range(8)}
    assert len(seen) > 1
    assert {number for order in seen for number in order} == set(range(6))


def test_a_subclass_of_set_is_handed_on_as_it_is(program: Make) -> None:
    sample = program("class S(set):\n    def __iter__(self): return iter(['own'])\nout = list(S('ab'))", run=False)
    again(sample, {"kind": "permute", "what": "set_order", "seed": 3})
    assert sample["out"] == ["own"]


def test_what_a_set_pops_is_recorded_and_can_be_forced(program: Make) -> None:
    sample = program(f"s = set({WORDS})\nx = s.pop()")
    assert sample.seen(line=2, kind="call") == [["list", [sample["x"]]]]
    again(sample, {"kind": "order", "site": sample.key(2, "call"), "values": [["list", ["word7"]]]})
    assert sample["x"] == "word7"
    assert len(sample["s"]) == len(WORDS) - 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for word in WORDS:
        (tmp_path / word).touch()
    return tmp_path


@pytest.mark.parametrize(
    "listing", ["os.listdir(d)", "[p.name for p in Path(d).iterdir()]", "[p.name for p in Path(d).glob('*')]", "glob.glob('*', root_dir=d)"]
)
def test_a_listing_can_be_put_into_another_order(program: Make, folder: Path, listing: str) -> None:
    sample = program(f"import os, glob\nfrom pathlib import Path\nd = {str(folder)!r}\nout = {listing}", run=False)
    plain = again(sample)["out"]
    permuted = again(sample, {"kind": "permute", "what": "listing", "seed": 1})["out"]
    assert sorted(plain) == sorted(permuted) == sorted(WORDS)
    assert plain != permuted


def test_a_lazy_listing_is_recorded_as_it_passes(program: Make, folder: Path) -> None:
    sample = program(f"from pathlib import Path\nout = []\nfor p in Path({str(folder)!r}).glob('*'):\n    out.append(p)")
    assert sample.seen(line=3, kind="call")[-1] == ["list", [["path", str(path)] for path in sample["out"]]]
    literal = ["list", [["path", str(path)] for path in sorted(sample["out"])]]
    again(sample, {"kind": "order", "site": sample.key(3, "call", "glob"), "values": [literal]})
    assert sample["out"] == sorted(sample["out"])


def test_a_lazy_listing_may_lose_what_it_is_about_to_reach(program: Make, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "inner").mkdir(parents=True)
    source = f"import shutil\nfrom pathlib import Path\nout = []\nfor p in Path({str(tmp_path)!r}).rglob('*'):\n"
    source += "    out.append(p.name)\n    shutil.rmtree(p)"
    assert "inner" not in program(source)["out"]


def test_a_lazy_listing_that_nobody_reads_raises_nothing(program: Make) -> None:
    assert (
        program("from pathlib import Path\nx = Path('/nonexistent').rglob('*')\nx.close() if hasattr(x, 'close') else None")["x"]
        is not None
    )


def test_an_unforced_listing_is_the_very_list(program: Make) -> None:
    sample = program("import os\nx = os.listdir('/')")
    assert type(sample["x"]) is list


def test_a_line_that_lists_first_and_calls_something_else_later_is_not_mistaken(program: Make) -> None:
    source = """
    import os, time
    class Lazy:
        def __iter__(self): raise RuntimeError
    def other(*a): return Lazy()
    def call(f, *a):
        return f(*a)
    call(os.listdir, "/")
    x = call(other)
    call(time.time)
    y = call(abs, -5)
    """
    sample = program(source, run=False)
    again(sample, {"kind": "advance", "site": sample.key(7, "call"), "seconds": 100})
    assert type(sample["x"]) is sample["Lazy"]
    assert sample["y"] == 5


@pytest.mark.parametrize(
    ("source", "ahead"),
    [
        ("import time\nx = time.time()", lambda x: x - time.time()),
        ("from time import time as now\nx = now()", lambda x: x - time.time()),
        ("import time\nx = time.time_ns()", lambda x: (x - time.time_ns()) / 1e9),
        ("import datetime\nx = datetime.datetime.now()", lambda x: x.timestamp() - time.time()),
    ],
)
def test_a_clock_is_put_forward(program: Make, source: str, ahead: Any) -> None:
    sample = program(source, run=False)
    again(sample, {"kind": "advance", "site": sample.key(2, "call"), "seconds": 3600})
    assert 3590 < ahead(sample["x"]) < 3610
    assert abs(ahead(again(sample)["x"])) < 10


def test_a_clock_is_put_forward_from_one_reading_on(program: Make) -> None:
    sample = program("import time\nx = [time.time() for _ in range(3)]", run=False)
    again(sample, {"kind": "advance", "site": sample.key(2, "call", "time"), "seconds": 1000, "from": 1})
    assert sample["x"][1] - sample["x"][0] > 999
    assert sample["x"][2] - sample["x"][1] < 10


def test_a_delay_comes_once_after_the_value(program: Make) -> None:
    sample = program("import time\nout = []\nfor n in range(3):\n    a = abs(n)\n    out.append(time.monotonic())", run=False)
    again(sample, {"kind": "delay", "site": sample.key(4, "call"), "seconds": 0.05, "from": 1})
    first, second, third = sample["out"]
    assert second - first >= 0.05
    assert third - second < 0.05


def test_a_delay_inside_of_an_event_loop_is_awaited(program: Make) -> None:
    source = """
    import asyncio
    out = []
    async def slow():
        await asyncio.sleep(0)
        out.append("slow")
    async def quick():
        for _ in range(3):
            await asyncio.sleep(0)
        out.append("quick")
    async def main():
        await asyncio.gather(slow(), quick())
    asyncio.run(main())
    """
    sample = program(source)
    assert sample["out"] == ["slow", "quick"]
    again(sample, {"kind": "delay", "site": sample.key(5, "await"), "seconds": 0.05})
    assert sample["out"] == ["quick", "slow"]


def test_a_wait_is_stretched_wherever_its_limit_stands(program: Make) -> None:
    for call in ("e.wait(0.001)", "e.wait(timeout=0.001)"):
        sample = program(
            f"import threading, time\ne = threading.Event()\nt = time.monotonic()\n{call}\nx = time.monotonic() - t", run=False
        )
        again(sample, {"kind": "stretch", "site": sample.key(4, "call"), "seconds": 0.05})
        assert sample["x"] >= 0.05


def test_a_locked_call_is_made_by_one_thread_at_a_time(program: Make) -> None:
    source = """
    import threading, time
    inside, most = [], []
    def work():
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.001)
        inside.pop()
    def run():
        for _ in range(5):
            work()
    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads: t.start()
    for t in threads: t.join()
    """
    sample = program(source, run=False)
    again(sample, {"kind": "lock", "site": sample.key(11, "call", "work")})
    assert max(sample["most"]) == 1


def test_forces_wait_for_a_module_that_is_not_loaded_yet(program: Make) -> None:
    key = "late_sample.py:1:4:call"
    RECORDER.start([{"kind": "pin", "site": key, "values": [42]}])
    assert program("x = abs(-3)", name="late_sample")["x"] == 42
    assert program("x = abs(-3)", name="late_sample")["x"] == 42, "also when it is loaded a second time"


def test_both_loads_of_a_module_are_forced(program: Make) -> None:
    first, second = (program("x = abs(-3)", name="twice_sample", run=False) for _ in range(2))
    RECORDER.start([{"kind": "pin", "site": first.key(1, "call"), "values": [42]}])
    assert (first.run()["x"], second.run()["x"]) == (42, 42)


def test_the_state_of_random_is_untouched(program: Make) -> None:
    random.seed(1)
    expected = [random.random(), random.getstate()]
    random.seed(1)
    sample = program(f"import random\nx = random.random()\nfor w in set({WORDS}): pass")
    assert [sample["x"], random.getstate()] == expected


def test_a_patched_clock_does_not_reach_the_recorder(program: Make) -> None:
    sample = program(
        "import time\nreal = time.perf_counter_ns\ntime.perf_counter_ns = lambda: 0\ntry: x = abs(-1)\nfinally: time.perf_counter_ns = real"
    )
    assert sample["x"] == 1
    assert all(event[3] > 0 for event in RECORDER.recorded())


def test_a_written_trace_names_only_what_was_reached(program: Make, tmp_path: Path) -> None:
    sample = program("def never():\n    return abs(1)\nx = [abs(-2), float('nan'), 10 ** 9000, '\\ud800', {1: {2}}]")
    RECORDER.write(str(tmp_path / "t"))
    trace = read_trace(str(tmp_path / "t"))
    assert {entry.site.line for entry in trace.sites if entry.site.file == sample.file} == {3}
    assert [event.literal for event in trace.events] == [event[2] for event in RECORDER.recorded()]
    assert trace.threads == ("main",)


def test_a_trace_can_be_written_while_a_thread_still_runs(program: Make, tmp_path: Path) -> None:
    source = "import threading\nstop = threading.Event()\n" + "".join(f"def f{n}():\n    return abs({n})\n" for n in range(200))
    source += "def loop():\n    while not stop.is_set():\n        for f in list(globals().values()):\n"
    source += "            getattr(f, '__name__', '').startswith('f') and f()\n"
    sample = program(source + "t = threading.Thread(target=loop)\nt.start()")
    try:
        for _ in range(20):
            RECORDER.start([])
            RECORDER.write(str(tmp_path / "t"))
            read_trace(str(tmp_path / "t"))
    finally:
        sample["stop"].set()
        sample["t"].join()


def test_a_thread_that_outlives_its_run_disturbs_nobody(program: Make) -> None:
    sample = program(
        "import threading\ngo = threading.Event()\ndef late():\n    go.wait()\n    return abs(-1)\n"
        "t = threading.Thread(target=late)\nt.start()"
    )
    RECORDER.start([])
    sample["go"].set()
    sample["t"].join()
    assert [name.removeprefix("earlier ") for name in RECORDER.threads.names] == ["main", "thread:late#1"]


def test_a_signal_handler_that_raises_in_a_probe_is_not_swallowed(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(Exception):
        pass

    def interrupt() -> int:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(RECORDER.threads, "several", True)
        patched.setattr(RECORDER.threads, "current", interrupt)
        with pytest.raises(Interrupted):
            program("x = abs(1)")


def test_a_value_that_we_do_not_understand_is_handed_on(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from flakemark.trace import fingerprint

    def fails(*_: Any) -> None:
        raise LookupError

    sample = program("class A: pass\na = A()\ndef f():\n    b = a.__class__()\n    return b, len('x')\n")
    monkeypatch.setattr(fingerprint, "_object", FunctionType(fails.__code__.replace(co_filename=fingerprint.__file__), globals()))
    assert sample["f"]()[1] == 1


def test_a_failing_wrapped_call_shows_no_frame_of_ours_in_pytests_report(program: Make) -> None:
    with pytest.raises(TypeError) as caught:
        program("import random\nrandom.shuffle(5)")
    shown = [str(entry.path) for entry in caught.traceback.filter(caught)]
    assert not [
        path
        for path in shown
        if os.sep + os.path.join("flakemark", "trace") + os.sep in path and path != __file__ and "conftest" not in path
    ]


def test_the_probes_have_names_that_no_source_can_spell() -> None:
    for name in (VALUE, CALLEE, ITERABLE, AWAITED):
        assert not name.isidentifier()
        assert hasattr(builtins, name)


def test_asyncio_is_not_imported_for_the_probes() -> None:
    import subprocess
    import sys

    ours = "{'asyncio', 'random', 'logging', 'tempfile', 'subprocess', 'uuid'}"
    program = f"import sys, flakemark.trace.probe; print(sorted({ours} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_awaiting_without_forces_hands_the_awaitable_on(program: Make) -> None:
    sample = program("import asyncio\nasync def f():\n    return await asyncio.sleep(0, 'x')\nout = asyncio.run(f())")
    assert sample["out"] == "x"
    assert sample.seen(line=3, kind="await") == ["x"]
    assert inspect.iscoroutinefunction(sample["f"])
    assert threading.active_count() >= 1
