"""Known inputs are recognised however they were imported, and nobody's code is called to find out."""

from __future__ import annotations

import asyncio
import datetime
import functools
import gc
import glob
import os
import pathlib
import queue
import random
import secrets
import subprocess
import threading
import time
import time as other_name
import uuid
import weakref
from concurrent.futures import Future
from random import randint as aliased
from typing import Any

import pytest

from flakemark.trace.known.edges import edge_of
from flakemark.trace.sources import recognise


class Own(random.Random):
    pass


class Overridden(random.Random):
    def random(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (random.randint, "random.randint"),
        (aliased, "random.randint"),
        (random.random, "random.random"),
        (random.Random(1).choice, "random.choice"),
        (random.SystemRandom().random, "random.random"),
        (Own().random, "random.random"),
        (Own().randint, "random.randint"),
        (random.shuffle, "random.shuffle"),
        ({1}.pop, "set.pop"),
        (secrets.token_hex, "secrets.token_hex"),
        (secrets.choice, "random.choice"),
        (os.urandom, "os.urandom"),
        (uuid.uuid4, "uuid.uuid4"),
        (time.time, "time.time"),
        (other_name.monotonic, "time.monotonic"),
        (datetime.datetime.now, "datetime.now"),
        (datetime.date.today, "date.today"),
        (os.listdir, "os.listdir"),
        (glob.glob, "glob.glob"),
        (pathlib.Path("/").iterdir, "Path.iterdir"),
        (os.getenv, "os.getenv"),
        (os.environ.get, "os.environ"),
        (os.getpid, "os.getpid"),
        (id, "id"),
        (hash, "hash"),
        (time.sleep, "time.sleep"),
        (asyncio.sleep, "asyncio.sleep"),
        (asyncio.wait_for, "asyncio.wait_for"),
        (threading.Event().wait, "Event.wait"),
        (threading.Thread().join, "Thread.join"),
        (threading.Thread().start, "Thread.start"),
        (queue.Queue().get, "Queue.get"),
        (Future().result, "Future.result"),
        (subprocess.Popen, "subprocess.Popen"),
    ],
)
def test_a_source_is_recognised_however_it_is_reached(function: Any, name: str) -> None:
    found = recognise(function)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "function", [len, abs, [].append, {}.get, "".join, str, int, Overridden().random, lambda: 0, functools.partial(int), print, dict]
)
def test_what_is_none_is_not_taken_for_one(function: Any) -> None:
    assert recognise(function) is None


def test_numpy_draws_are_recognised_and_its_seeding_is_none() -> None:
    numpy = pytest.importorskip("numpy")
    generator = numpy.random.default_rng(1)
    names = [
        getattr(recognise(function), "name", None)
        for function in (numpy.random.rand, numpy.random.shuffle, generator.integers, numpy.random.seed)
    ]
    assert names == ["numpy.random.rand", "numpy.random.shuffle", "numpy.random.integers", None]


def test_no_code_of_the_user_is_called_to_find_out() -> None:
    called: list[str] = []

    def trap(self: Any, *args: Any) -> Any:
        called.append("x")
        raise RuntimeError

    class Meta(type):
        __hash__ = __eq__ = __instancecheck__ = __subclasscheck__ = trap

    traps = ("__getattr__", "__call__", "__hash__", "__eq__", "__bool__", "__len__", "__iter__")
    odd = Meta("Odd", (dict,), dict.fromkeys(traps, trap))
    instance = odd()
    for function in (odd, instance, instance.get, odd.fromkeys, instance.__call__, functools.partial(instance)):
        assert recognise(function) is None
    assert called == []


def test_classes_whose_methods_were_looked_at_are_not_kept_alive() -> None:
    class Short(dict):
        pass

    recognise(Short().get)
    recognise(Short.fromkeys)
    gone = weakref.ref(Short)
    del Short
    gc.collect()
    assert gone() is None


def test_an_edge_that_cannot_be_computed_is_the_default() -> None:
    for function, args in [(random.randrange, ("x",)), (random.choice, (object(),)), (random.choice, ([],)), (random.sample, (3,))]:
        source = recognise(function)
        assert source is not None
        assert edge_of(source, 0, args, {}, "default") == "default"
