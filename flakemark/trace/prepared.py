"""Modules that are ready to run with probes: their code and their sites, kept between processes.

In prepared code a site is a number that no program has, `MARK` plus its place among the module's sites; `enter` puts the
numbers of this process in their place. A kept module is only used for the very source, file name, Python, flakemark and
settings that it was made with, and only if not a bit of it has changed since: anything else is made anew.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import sys
from binascii import crc32
from collections.abc import Callable, Sequence
from importlib.util import source_hash
from marshal import dumps, loads
from types import CodeType
from typing import NamedTuple

from flakemark.events import Site

__tracebackhide__ = True  # pytest shows no frame of this module

MARK = 0xF1A6_3B9C_52D7_84E1_0000_0000  # far from the numbers that programs are written with
_SUM = 8  # bytes
_open, _read, _write, _close, _replace, _unlink = os.open, os.read, os.write, os.close, os.replace, os.unlink
_makedirs, _stat, _fstat, _getpid, _join = os.makedirs, os.stat, os.fstat, os.getpid, os.path.join
_HOW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Prepared(NamedTuple):
    """One module with probes.

    Attributes:
        code: compiled, with marks in the place of sites.
        sites: those that are probed, as `Site` has them; the place in this tuple is what is added to `MARK`.
        varying: for each of them, whether what is called there may be another thing each time.
        places: for each of them, its place among all sites of the module, those that are left out included.
        left_out: keys of the sites that are left out.
    """

    code: CodeType
    sites: tuple[tuple[str, str, int, int, str, str, str, str], ...]
    varying: tuple[bool, ...]
    places: tuple[int, ...]
    left_out: tuple[str, ...]


class Draft:
    """Collects the sites of a module while it is instrumented.

    Args:
        left_out: places of sites that get no probe.
    """

    def __init__(self, left_out: frozenset[int] = frozenset()) -> None:
        self._out = left_out
        self._count = 0
        self._twins: dict[str, int] = {}
        self._sites: list[Site] = []
        self._varying: list[bool] = []
        self._places: list[int] = []
        self._left_out: list[str] = []

    def add(self, site: Site, *, varying: bool = False) -> int | None:
        """Return the mark of a site, None if it is left out; a second site with the same key gets a key of its own."""
        place, self._count = self._count, self._count + 1
        twin = self._twins[site.key] = self._twins.get(site.key, 0) + 1
        key = site.key if twin == 1 else f"{site.key}#{twin}"
        if place in self._out:
            self._left_out.append(key)
            return None
        self._sites.append(site if twin == 1 else site._replace(key=key))
        self._varying.append(varying)
        self._places.append(place)
        return MARK + len(self._sites) - 1

    def prepared(self, code: CodeType) -> Prepared:
        """Return the module, after it was compiled."""
        return Prepared(code, tuple(map(tuple, self._sites)), tuple(self._varying), tuple(self._places), tuple(self._left_out))  # type: ignore[arg-type]


def numbered(code: CodeType, numbers: Sequence[int]) -> CodeType:
    """Put the numbers of sites in the place of their marks; O(constants)."""
    end = MARK + len(numbers)
    constants = tuple(
        numbered(each, numbers) if type(each) is CodeType else numbers[each - MARK] if type(each) is int and MARK <= each < end else each
        for each in code.co_consts
    )
    return code.replace(co_consts=constants)


class Shelf:
    """Prepared modules in a folder, one file for each module.

    Args:
        folder: absolute; "" if nothing is kept.
    """

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        self._new: dict[str, bytes] = {}

    def get(self, file: str, key: bytes, make: Callable[[], Prepared], probed: str = "values") -> Prepared:
        """Return a module as it was kept under this very key, or as it is made now; what was made is written by `flush`."""
        if not self.folder:
            return make()
        number = crc32(f"{probed} {file}".encode("utf-8", "surrogatepass"))
        name = f"{number:08x}-{sys.implementation.cache_tag}.prepared"
        known = _kept(_join(self.folder, name), key)
        if known is None:
            known = make()
            content = dumps(tuple(known))
            self._new[name] = source_hash(key) + source_hash(content) + content
        return known

    def flush(self, folder: str = "") -> None:
        """Write what is new, all of a file or nothing; a folder that cannot be written to costs nothing but time."""
        folder, new = folder or self.folder, self._new
        self._new = {}
        try:
            if new:
                _makedirs(folder, exist_ok=True)
            for name, content in new.items():
                write_whole(_join(folder, name), content)
        except OSError:
            return


def _kept(path: str, key: bytes) -> Prepared | None:
    content = read_whole(path)
    if content[:_SUM] != source_hash(key) or content[_SUM : 2 * _SUM] != source_hash(content[2 * _SUM :]):
        return None
    return Prepared(*loads(content[2 * _SUM :]))  # noqa: S302 - our own, as Python's own bytecode beside it is, and whole


def read_whole(path: str) -> bytes:
    """Return what is in a file, nothing if it cannot be read."""
    try:
        number = _open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        content = b""
        while part := _read(number, _fstat(number).st_size + 1):  # a larger buffer would cost more than what is read into it
            content += part
        return content
    except OSError:
        return b""
    finally:
        _close(number)


def write_whole(path: str, content: bytes) -> None:
    """Put a file in place, for others to find it whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    partial = f"{path}.{_getpid()}"
    number = _open(partial, _HOW, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[_write(number, view) :]
    except OSError:
        _unlink(partial)
        raise
    finally:
        _close(number)
    _replace(partial, path)


def stamp(*settings: object) -> bytes:
    """Say what prepared code depends on besides its source: this Python, the modules that make it, and the settings."""
    here = os.path.dirname(__file__)
    made_by = [(found.st_size, found.st_mtime_ns) for found in (_stat(_join(here, name)) for name in _MAKERS)]
    return repr((sys.version, sys.implementation.cache_tag, sys.flags.optimize, made_by, settings)).encode("utf-8", "surrogatepass")


_MAKERS = ("bypass.py", "instrument.py", "prepared.py", "spelling.py", "tree.py")
