"""Shared state: every kind of piece is seen, put back, and followed to the line that writes it; the user's code is never called."""

from __future__ import annotations

import decimal
import importlib.util
import locale
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flakemark.trace.state.follow import Follower
from flakemark.trace.state.inspection import Inspection
from flakemark.trace.state.pieces import ITEMS, Piece, identity
from flakemark.trace.state.snapshot import Snapshot

NAME = "flake_shop"
SOURCE = """\
import decimal
import functools
import locale
import logging
import os
import random
import socket
import sys
import threading
import time
import warnings
from collections import Counter, OrderedDict, defaultdict, deque

LIMIT = 10
ITEMS = [1]
NAMES = {"a": [1]}
SEEN = {1, 2}
QUEUE = deque([1], maxlen=3)
COUNTS = Counter("aab")
GROUPS = defaultdict(list, a=[1])
ORDERED = OrderedDict(a=1, b=2)
PAIR = (1, [2])


class Registry(dict):
    def __setitem__(self, name, item):
        raise AssertionError("called")


class Cart:
    size = 0
    items = []

    def __init__(self):
        self.total = 0
        self.names = []


REGISTRY = Registry(a=1)
REGISTRY.owner = "me"
CART = Cart()


def collect(item, into=[]):
    into.append(item)


def make_counter():
    counts = []
    def count():
        counts.append(1)
    return count


count = make_counter()


@functools.lru_cache
def cached(number):
    return number


def no_sleep(seconds):
    pass


def writes_global():
    global LIMIT
    before = LIMIT
    LIMIT = 20  # writes_global
    return before


def writes_new_global():
    globals()["NEW"] = 1  # writes_new_global


def deletes_global():
    global LIMIT
    del LIMIT  # deletes_global


def writes_list():
    ITEMS.append(2)  # writes_list


def writes_dict():
    NAMES["b"] = [2]  # writes_dict


def writes_nested():
    NAMES["a"].append(2)  # writes_nested


def writes_set():
    SEEN.add(3)  # writes_set


def writes_deque():
    QUEUE.append(2)  # writes_deque


def writes_counter():
    COUNTS["c"] += 1  # writes_counter


def writes_defaultdict():
    GROUPS["b"].append(1)  # writes_defaultdict


def writes_ordered():
    ORDERED.move_to_end("a")  # writes_ordered


def writes_in_tuple():
    PAIR[1].append(3)  # writes_in_tuple


def writes_registry():
    dict.__setitem__(REGISTRY, "b", 2)  # writes_registry


def writes_registry_attribute():
    REGISTRY.owner = "you"  # writes_registry_attribute


def writes_class():
    Cart.size = 5  # writes_class


def writes_class_list():
    Cart.items.append(1)  # writes_class_list


def writes_new_class_attribute():
    Cart.extra = 1  # writes_new_class_attribute


def writes_method():
    Cart.__init__ = no_sleep
    Cart.checkout = no_sleep  # writes_method


def writes_instance():
    CART.total = 9  # writes_instance


def writes_new_attribute():
    CART.more = 9  # writes_new_attribute


def writes_instance_list():
    CART.names.append("x")  # writes_instance_list


def writes_new_variable():
    os.environ["FLAKE_NEW"] = "1"  # writes_new_variable


def writes_variable():
    os.environ["FLAKE_OLD"] = "2"  # writes_variable


def deletes_variable():
    del os.environ["FLAKE_OLD"]  # deletes_variable


def writes_path():
    sys.path.insert(0, "/nowhere")  # writes_path


def changes_directory():
    os.chdir("elsewhere")  # changes_directory


def writes_logger():
    logging.getLogger("flake.known").setLevel(10)  # writes_logger


def writes_handlers():
    logging.getLogger("flake.known").addHandler(logging.NullHandler())  # writes_handlers


def writes_later_logger():
    logging.getLogger("flake.later").setLevel(10)  # writes_later_logger


def fills_cache():
    cached(1)  # fills_cache


def draws():
    random.random()  # draws


def writes_default():
    collect(1)
    return None


def writes_closure():
    count()
    return None


def patches_stdlib():
    time.sleep = no_sleep  # patches_stdlib


def writes_in_thread():
    thread = threading.Thread(target=writes_in_thread_really)
    thread.start()
    thread.join()
    return None


def writes_in_thread_really():
    for number in range(3):
        if number == 1:
            ITEMS.append(2)  # writes_in_thread
    return None


def stubs_module():
    sys.modules["flake_stub"] = type(sys)("flake_stub")  # stubs_module


def replaces_module():
    sys.modules["flake_known"] = None  # replaces_module


def sets_precision():
    decimal.getcontext().prec = 5  # sets_precision


def sets_limit():
    sys.setrecursionlimit(sys.getrecursionlimit() + 1)  # sets_limit


def sets_locale():
    locale.setlocale(locale.LC_ALL, "C.UTF-8")  # sets_locale


def sets_timeout():
    socket.setdefaulttimeout(5.0)  # sets_timeout


def filters_warnings():
    warnings.simplefilter("error", ResourceWarning)  # filters_warnings
"""
# writer -> path of the piece, and what it holds before and after for people ("" where that is not the point)
PIECES = {
    "writes_global": (f"{NAME}.LIMIT", "10", "20"),
    "writes_new_global": (f"{NAME}.NEW", "<nothing>", "1"),
    "deletes_global": (f"{NAME}.LIMIT", "10", "<nothing>"),
    "writes_list": (f"{NAME}.ITEMS[]", "[1]", "[1, 2]"),
    "writes_dict": (f"{NAME}.NAMES[]", "{'a': [1]}", "{'a': [1], 'b': [2]}"),
    "writes_nested": (f"{NAME}.NAMES[0][]", "[1]", "[1, 2]"),
    "writes_set": (f"{NAME}.SEEN[]", "{1, 2}", "{1, 2, 3}"),
    "writes_deque": (f"{NAME}.QUEUE[]", "[1]", "[1, 2]"),
    "writes_counter": (f"{NAME}.COUNTS[]", "{'a': 2, 'b': 1}", "{'a': 2, 'b': 1, 'c': 1}"),
    "writes_defaultdict": (f"{NAME}.GROUPS[]", "{'a': [1]}", "{'a': [1], 'b': [1]}"),
    "writes_ordered": (f"{NAME}.ORDERED[]", "{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"),
    "writes_in_tuple": (f"{NAME}.PAIR[1][]", "[2]", "[2, 3]"),
    "writes_registry": (f"{NAME}.REGISTRY[]", "{'a': 1}", "{'a': 1, 'b': 2}"),
    "writes_registry_attribute": (f"{NAME}.REGISTRY.owner", "'me'", "'you'"),
    "writes_class": (f"{NAME}.Cart.size", "0", "5"),
    "writes_class_list": (f"{NAME}.Cart.items[]", "[]", "[1]"),
    "writes_new_class_attribute": (f"{NAME}.Cart.extra", "<nothing>", "1"),
    "writes_method": (f"{NAME}.Cart.checkout", "<nothing>", "<function no_sleep>"),
    "writes_instance": (f"{NAME}.CART.total", "0", "9"),
    "writes_new_attribute": (f"{NAME}.CART.more", "<nothing>", "9"),
    "writes_instance_list": (f"{NAME}.CART.names[]", "[]", "['x']"),
    "writes_new_variable": ("os.environ.FLAKE_NEW", "<nothing>", "b'1'"),
    "writes_variable": ("os.environ.FLAKE_OLD", "b'1'", "b'2'"),
    "deletes_variable": ("os.environ.FLAKE_OLD", "b'1'", "<nothing>"),
    "writes_path": ("sys.path[]", "", ""),
    "changes_directory": ("current directory", "", ""),
    "writes_logger": ("logger flake.known.level", "0", "10"),
    "writes_handlers": ("logger flake.known.handlers", "()", ""),
    "writes_later_logger": ("logger flake.later.level", "0", "10"),
    "fills_cache": (f"{NAME}.cached (cache)", "0", "1"),
    "draws": ("random state", "", ""),
    "writes_default": (f"{NAME}.collect default 0[]", "[]", "[1]"),
    "writes_closure": (f"{NAME}.count closure 0[]", "[]", "[1]"),
    "patches_stdlib": ("time.sleep", "<function sleep>", "<function no_sleep>"),
    "writes_in_thread": (f"{NAME}.ITEMS[]", "[1]", "[1, 2]"),
    "stubs_module": ("sys.modules.flake_stub", "<nothing>", "<module flake_stub>"),
    "replaces_module": ("sys.modules.flake_known", "<module flake_known>", "None"),
    "sets_precision": ("decimal context", "", ""),
    "sets_limit": ("recursion limit", "", ""),
    "sets_locale": ("locale", "'C'", "'C.UTF-8'"),
    "sets_timeout": ("default timeout of sockets", "None", "5.0"),
    "filters_warnings": ("warnings.filters[]", "", ""),
}
INSIDE = {"writes_default": "    into.append(item)", "writes_closure": "        counts.append(1)"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module, freshly loaded; what its writers leave behind in this process is put back by pytest."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(time, "sleep", time.sleep)
    monkeypatch.setenv("FLAKE_OLD", "1")
    monkeypatch.delenv("FLAKE_NEW", raising=False)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "flake_known", ModuleType("flake_known"))
    monkeypatch.delitem(sys.modules, "flake_stub", raising=False)
    logging.getLogger("flake.known")
    before = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, "C")
    with warnings.catch_warnings(), decimal.localcontext():
        yield load(tmp_path, monkeypatch, SOURCE)
    locale.setlocale(locale.LC_ALL, before)
    sys.modules.pop("flake_stub", None)
    monkeypatch.delenv("FLAKE_NEW", raising=False)
    for name in ("flake.known", "flake.later"):
        logging.root.manager.loggerDict.pop(name, None)


def load(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> ModuleType:
    path = folder / f"{NAME}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, NAME, module)
    spec.loader.exec_module(module)
    return module


def owner_of(module: ModuleType) -> Callable[[str], bool]:
    return lambda filename: filename == module.__file__


def line_of(writer: str) -> int:
    lines = SOURCE.splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {writer}") or line == INSIDE.get(writer))


def seen(snapshot: Snapshot, path: str) -> Piece:
    return next(piece for piece in snapshot.changes() if piece.path == path)


@pytest.mark.parametrize("writer", PIECES)
def test_a_piece_is_seen_followed_to_its_line_and_put_back(shop: ModuleType, writer: str) -> None:
    path, before, after = PIECES[writer]
    snapshot = Snapshot(owner_of(shop), {})
    assert [piece.path for piece in snapshot.changes()] == []
    followed = snapshot.find(path)
    assert followed is not None
    with Follower(followed, owner_of(shop)) as follower:
        getattr(shop, writer)()

    piece = seen(snapshot, path)
    assert before in ("", piece.shown)
    assert after in ("", piece.text())
    assert [(Path(file).name, line) for file, line, _, _ in follower.writes] == [(f"{NAME}.py", line_of(writer))]

    piece.restore()
    assert path not in [piece.path for piece in snapshot.changes()]


def test_putting_back_keeps_the_containers_that_others_hold(shop: ModuleType) -> None:
    items = shop.ITEMS
    snapshot = Snapshot(owner_of(shop), {})
    shop.writes_list()
    seen(snapshot, f"{NAME}.ITEMS[]").restore()
    assert shop.ITEMS is items
    assert items == [1]


@pytest.mark.parametrize("name", ["COUNTS", "GROUPS", "ORDERED", "QUEUE", "REGISTRY", "SEEN"])
def test_containers_of_every_kind_are_put_back_in_order(shop: ModuleType, name: str) -> None:
    value = getattr(shop, name)
    before = list(value)
    piece = next(piece for piece in Snapshot(owner_of(shop), {}).pieces if piece.path == f"{NAME}.{name}[]")
    value.clear()
    piece.restore()
    assert list(value) == before
    assert not piece.changed()


def test_a_patched_method_that_was_there_is_put_back(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    shop.Cart.names = property(lambda cart: [])
    shop.Cart.size = 7
    for piece in snapshot.changes():
        piece.restore()
    assert shop.Cart.size == 0
    assert "names" not in vars(shop.Cart)


def test_a_change_at_the_end_of_a_long_list_is_seen(shop: ModuleType) -> None:
    shop.ITEMS.extend(range(2 * ITEMS))
    snapshot = Snapshot(owner_of(shop), {})
    shop.writes_list()
    assert seen(snapshot, f"{NAME}.ITEMS[]")


def test_what_was_written_and_put_back_leaves_no_write(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    piece = snapshot.find(f"{NAME}.ITEMS[]")
    assert piece is not None
    with Follower(piece, owner_of(shop)) as follower:
        shop.writes_list()
        shop.ITEMS.pop()
        shop.writes_global()
    assert follower.writes == []


def test_a_follower_gives_the_tracing_back(shop: ModuleType) -> None:
    before = sys.gettrace()
    piece = Snapshot(owner_of(shop), {}).find(f"{NAME}.LIMIT")
    assert piece is not None
    with Follower(piece, owner_of(shop)):
        assert sys.gettrace() is not before
    assert sys.gettrace() is before


def test_where_pieces_are_asked_for_modules_of_others_are_looked_at_only_for_them(shop: ModuleType) -> None:
    assert {"email.charset", "email.message"} <= set(sys.modules)
    asked = ("email.charset.DEFAULT_CHARSET", f"{NAME}.LIMIT")
    whole, few = Snapshot(owner_of(shop), {}), Snapshot(owner_of(shop), {}, asked)
    assert all(few.find(path) is not None for path in asked)
    assert len(few.pieces) < len(whole.pieces) / 2
    paths = {piece.path for piece in few.pieces}
    assert {piece.path for piece in whole.pieces if piece.path.startswith(f"{NAME}.")} <= paths
    assert any(path.startswith("email.charset.") for path in paths)
    assert not any(path.startswith("email.message.") for path in paths)


def test_values_of_live_fixtures_are_looked_at(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {"cart": shop.Cart()})
    paths = {piece.path for piece in snapshot.pieces}
    assert {"fixture cart.total", "fixture cart.names[]"} <= paths


def test_a_module_that_was_imported_is_no_change_to_undo(shop: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    (tmp_path / "flake_late.py").write_text("VALUE = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("flake_late")
    try:
        assert [piece.path for piece in snapshot.changes() if "flake_late" in piece.path] == []
    finally:
        del sys.modules["flake_late"]


def test_numpys_generator_is_state(shop: ModuleType) -> None:
    generator = pytest.importorskip("numpy.random")
    snapshot = Snapshot(owner_of(shop), {})
    expected = generator.random()
    seen(snapshot, "numpy's random state").restore()
    assert generator.random() == expected


def test_a_path_that_never_was_is_not_found(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    assert snapshot.find("no.such.module.NAME") is None
    assert snapshot.find("logger flake.known.colour") is None


# one run's part


def inspect(shop: ModuleType, **wanted: Any) -> Inspection:
    return Inspection({"compare": False, "restore": [], "follow": "", **wanted}, owner_of(shop), {})


def test_a_run_that_wants_nothing_looks_at_nothing(shop: ModuleType) -> None:
    with inspect(shop) as inspection:
        shop.writes_list()
    assert inspection.snapshot is None
    assert (inspection.changes, inspection.writes) == ([], [])


def test_a_run_compares(shop: ModuleType) -> None:
    with inspect(shop, compare=True) as inspection:
        shop.writes_list()
        shop.writes_new_variable()
    assert set(inspection.changes) == {(f"{NAME}.ITEMS[]", "[1]", "[1, 2]"), ("os.environ.FLAKE_NEW", "<nothing>", "b'1'")}


def test_a_run_puts_back_what_it_was_asked_to_and_nothing_else(shop: ModuleType) -> None:
    with inspect(shop, restore=[f"{NAME}.ITEMS[]", "os.environ.FLAKE_NEW"]):
        shop.writes_list()
        shop.writes_global()
        shop.writes_new_variable()
    assert (shop.ITEMS, shop.LIMIT, "FLAKE_NEW" in os.environ) == ([1], 20, False)


def test_a_run_follows(shop: ModuleType) -> None:
    with inspect(shop, follow=f"{NAME}.ITEMS[]") as inspection:
        shop.writes_list()
    assert [line for _, line, _, _ in inspection.writes] == [line_of("writes_list")]


def test_a_level_that_was_put_back_counts_at_once(shop: ModuleType) -> None:
    logger = logging.getLogger("flake.known")
    logger.setLevel(logging.ERROR)
    with inspect(shop, restore=["logger flake.known.level"]):
        logger.setLevel(logging.DEBUG)
        assert logger.isEnabledFor(logging.DEBUG)
    assert not logger.isEnabledFor(logging.DEBUG)


# hostile values

HOSTILE = """\
CALLED = []


def called(*args, **kwargs):
    CALLED.append(args)
    raise AssertionError("the user's code was called")


class Meta(type):
    __instancecheck__ = __subclasscheck__ = __eq__ = called
    __hash__ = type.__hash__

    def __getattribute__(cls, name):
        CALLED.append(name)
        return type.__getattribute__(cls, name)


class Hostile:
    __eq__ = __ne__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = called
    __getattr__ = __format__ = __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __dir__ = __index__ = called
    __hash__ = object.__hash__

    @property
    def total(self):
        called("total")

    def __getattribute__(self, name):
        called(name)

    def __setattr__(self, name, value):
        called(name)


class Strange(metaclass=Meta):
    size = 1


class Walled(dict):
    __iter__ = keys = items = values = copy = clear = update = __len__ = __getitem__ = __setitem__ = called


class Listed(list):
    append = extend = clear = copy = __len__ = __getitem__ = called


ONE = Hostile()
object.__setattr__(ONE, "inner", Hostile())
ALL = [ONE, {ONE: ONE}, (ONE,), {ONE}]
WALLED = Walled()
LISTED = Listed()
CALLED.clear()
"""


def test_hostile_objects_are_never_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, HOSTILE)
    snapshot = Snapshot(owner_of(module), {"one": module.ONE})
    module.ALL.append(1)
    module.ALL[1][2] = module.ONE
    list.append(module.LISTED, module.ONE)
    found = {piece.path: piece for piece in snapshot.changes()}
    assert {f"{NAME}.ALL[]", f"{NAME}.ALL[1][]", f"{NAME}.LISTED[]"} <= found.keys()
    for piece in found.values():
        piece.text()
        piece.restore()
    piece = snapshot.find(f"{NAME}.ONE")
    assert piece is not None
    with Follower(piece, owner_of(module)) as follower:
        module.ONE = None
    assert follower.writes == []  # no line of the project did it
    assert module.CALLED == []
    assert (list.__len__(module.ALL), list.__len__(module.LISTED)) == (4, 0)


def test_scalars_count_by_value_and_everything_else_by_identity() -> None:
    one, other = [1], [1]
    assert identity(1.0) != identity(1)
    assert identity(True) != identity(1)
    assert identity("ab" * 2) == identity("abab")
    assert identity((1, ("a",))) == identity((1, ("a",)))
    assert identity(one) != identity(other)
    assert identity((one,)) != identity((other,))
    assert identity(()) != identity(((),))


def test_an_object_that_has_slots_and_no_dictionary_is_passed_over() -> None:
    folder = Path("somewhere")  # has slots only, up to Python 3.11
    snapshot = Snapshot(lambda filename: False, {"folder": folder})
    assert [piece.path for piece in snapshot.changes() if "folder" in piece.path] == []


LEAKY = """\
import threading

GO_ON = threading.Event()


class Reporter:
    def start(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        GO_ON.wait(20)


def leaks():
    reporter = Reporter()
    reporter.start()
    return reporter


def ends():
    reporter = Reporter().start()
    GO_ON.set()
    reporter.thread.join()
"""


def test_a_thread_that_is_left_running_is_followed_to_the_outermost_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, LEAKY)
    with Inspection({"compare": True, "restore": [], "follow": "thread Reporter.run"}, owner_of(module), {}) as inspection:
        reporter = module.leaks()
    module.GO_ON.set()
    reporter.thread.join()
    assert ("thread Reporter.run", "0", "1") in inspection.changes
    start = LEAKY.splitlines().index("    reporter.start()") + 1
    assert [(line, function) for _, line, function, _ in inspection.writes] == [(start, "leaks")]


def test_a_thread_that_has_ended_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, LEAKY)
    with Inspection({"compare": True, "restore": [], "follow": "thread Reporter.run"}, owner_of(module), {}) as inspection:
        module.ends()
    assert [path for path, _, _ in inspection.changes if path.startswith("thread")] == []
    assert inspection.writes == []
