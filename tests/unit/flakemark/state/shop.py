"""A project with state of every kind, and what changes it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from flakemark.trace.state.pieces import Piece
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
