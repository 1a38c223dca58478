"""What earlier tests leave to the garbage collector: an open file in a cycle is found, and complained of, during any later test.

With "-W error" such a complaint fails the test that happens to run. Here nothing is collected while the tests before the
victim run, and everything when the victim is called: then it is hit every time. Or it is collected just before the victim,
in silence; or with a look at where what was never released had been acquired. Where the victim runs alone, that look is at
what it leaves open itself.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import pytest

GARBAGE = "garbage"  # the path of this piece of shared state, and the kind of the forcing
FRAMES = 25
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_open = open
LIMIT = 300  # characters of a complaint

Write = tuple[str, int, str, str]  # absolute file, line, function, what is complained of


class Garbage:
    """The garbage of the tests before; a plugin of pytest while the victim runs.

    Args:
        forces: as JSON; nothing is done unless one is of kind "garbage".
        state: what is done about shared state; "garbage" may be among what is put back, or be followed.
        items: the victim, and the tests before it.
        owns: whether a file is the project's own.

    Attributes:
        writes: where what was never released was acquired, in the order in which it was found.
    """

    def __init__(self, forces: list[dict[str, Any]], state: dict[str, Any], items: list[Any], owns: Callable[[str], bool]) -> None:
        self.kept = any(force["kind"] == GARBAGE for force in forces)
        self.removed, self.followed = GARBAGE in state["restore"], state["follow"] == GARBAGE
        self.victim, self.alone, self.owns = items[-1], len(items) == 1, owns
        self.writes: list[Write] = []
        self.traceback_of: Callable[[Any], Any] = _unknown
        self.stop: Callable[[], None] = _nothing

    def __enter__(self) -> Garbage:
        if self.kept:
            gc.collect()
            gc.disable()
        if self.followed:
            import tracemalloc  # for this one run

            tracemalloc.start(FRAMES)
            self.traceback_of, self.stop = tracemalloc.get_object_traceback, tracemalloc.stop
        return self

    def __exit__(self, *exc: object) -> None:
        """The tests before have run."""
        if self.followed and self.alone:
            self.victim.config.pluginmanager.register(_Complaints(self._left_open), "flakemark-complaints")
            return
        if self.removed or self.followed:
            self._collect()
        self.stop()
        if self.kept:
            self.victim.config.pluginmanager.register(self, "flakemark-garbage")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: Any) -> None:
        """The victim begins: now the collector finds what was left to it."""
        if item is self.victim:
            gc.enable()
            gc.collect()

    def _collect(self) -> None:
        hook, sys.unraisablehook = sys.unraisablehook, self._failed
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                gc.collect()
            for one in caught:
                self._warned(one.message, one.source)
        finally:
            sys.unraisablehook = hook

    def _warned(self, message: Any, source: Any) -> None:
        place = self._acquired_at(source)
        if place is not None:
            self.writes.append((*place, _function(*place), _text(message)))

    def _left_open(self, message: Any, source: Any) -> None:
        """Something was found unclosed; what is told first is enough."""
        place = self._acquired_at(source) if not self.writes else None
        if place is not None:
            self.stop()  # to read a file, and to tell of a failure, takes seconds while allocations are watched
            self.writes.append((*place, _function(*place), _text(message)))

    def _acquired_at(self, source: Any) -> tuple[str, int] | None:
        """Return the innermost line of the project in which something was allocated."""
        found = self.traceback_of(source) if source is not None else None
        return next(((frame.filename, frame.lineno) for frame in reversed(found or ()) if self.owns(frame.filename)), None)

    def _failed(self, unraisable: Any) -> None:
        """A finaliser failed: the line of the project in it."""
        entry, place = unraisable.exc_traceback, None
        while entry is not None:
            if self.owns(entry.tb_frame.f_code.co_filename):
                place = entry.tb_frame.f_code.co_filename, entry.tb_lineno, entry.tb_frame.f_code.co_name
            entry = entry.tb_next
        if place is not None:
            self.writes.append((*place, _text(unraisable.exc_value)))


class _Complaints:
    """Listens to warnings of what is unclosed, where they are errors, while the victim runs.

    As an error such a warning does not say what it is about, and 3.14 does not say it of an error in a finaliser. So it is
    shown instead, with its source, and turned into the error there.
    """

    def __init__(self, heard: Callable[[Any, Any], None]) -> None:
        self.heard = heard
        self.ours: list[Any] = []  # filters

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def _listening(self) -> Generator[None, Any, None]:
        """Listen, inside of what pytest does about warnings, which also puts the filters back."""
        show: Any = getattr(warnings, _SHOW)

        def shown(warning: Any) -> None:
            if not (issubclass(warning.category, ResourceWarning) and self._is_error(warning)):
                show(warning)
                return
            with suppress(Exception):  # whatever tests have patched: pytest has to hear of it
                self.heard(warning.message, warning.source)
            raise warning.message

        filters: Any = warnings.filters
        warnings.simplefilter("default", _Nothing)  # for its effect: that the filters have changed is noticed
        before = [*filters][1:]
        filters[:] = [each for known in before for each in (*self._shown_instead(known), known)]
        setattr(warnings, _SHOW, shown)
        yield
        if getattr(warnings, _SHOW) is shown:
            setattr(warnings, _SHOW, show)
        filters[:] = before

    pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = _listening

    def _shown_instead(self, known: Any) -> list[Any]:
        action, message, category, *rest = known
        if action != "error" or not issubclass(ResourceWarning, category):
            return []
        self.ours.append(("always", message, ResourceWarning, *rest))
        return self.ours[-1:]

    def _is_error(self, warning: Any) -> bool:
        """Whether it would be an error without us: tests have filters of their own."""
        ours = {id(each) for each in self.ours}
        for each in warnings.filters:
            action, message, category = each[:3]
            if id(each) not in ours and issubclass(warning.category, category) and (message is None or message.match(str(warning.message))):
                return bool(action == "error")
        return False


class _Nothing(Warning):
    """Is never given."""


_SHOW = "_showwarnmsg"  # as `warnings.showwarning`, but told of the source as well


def _unknown(_: Any) -> None:
    """Nobody has watched."""


def _nothing() -> None:
    """There is nothing to stop."""


def _function(filename: str, line: int) -> str:
    """Return the qualified name of the innermost function, or class, in which a line stands."""
    try:
        with _open(filename, "rb") as file:
            node: ast.AST = ast.parse(file.read())
    except (OSError, ValueError, SyntaxError, RecursionError):
        return ""
    names: list[str] = []
    while True:
        inner = [
            one for one in ast.walk(node) if one is not node and isinstance(one, _NAMED) and one.lineno <= line <= (one.end_lineno or 0)
        ]
        if not inner:
            return ".".join(names) or "<module>"
        node = inner[0]
        names.append(inner[0].name)


def _text(message: Any) -> str:
    try:
        return f"{type(message).__name__}: {message}"[:LIMIT]
    except Exception:  # noqa: BLE001  # the exception is the user's, and so is its __str__
        return type(message).__name__
