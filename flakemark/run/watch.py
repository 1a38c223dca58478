"""Inside the worker: how the victim ended, as a failure fingerprint.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

TEXT_LIMIT = 16_000
MESSAGE_LIMIT = 2_000


class Watch:
    """Collects the reports of a run: the victim's first failure, and which other tests failed."""

    def __init__(self, relative: Callable[[str], str], owns: Callable[[str], bool]) -> None:
        self.relative, self.owns = relative, owns
        self.victim: Any = None
        self.last: bool = False
        self.outcome = "skipped"
        self.failure: dict[str, str] | None = None
        self.others: list[str] = []

    def begin(self, victim: Any) -> None:
        """Forget the last run and watch for this item."""
        self.victim, self.outcome, self.failure, self.others = victim, "skipped", None, []
        self.last = False

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        """See the report after every other plugin (xfail, subtests, asyncio) has had its say."""
        result = yield
        report = result.get_result()
        if item is self.victim and self.last:
            self._take(report, call)
        elif report.failed:
            self.others.append(item.nodeid)

    def give_up(self, error: BaseException) -> None:
        """Note that the run ended with an exception that pytest let through."""
        self.outcome = "died"
        name = type(error).__name__
        message = f"the run ended with {name}: {_safe_text(error)}".removesuffix(": ")
        places = {"crash": "", "where": "", "test_line": ""}
        self.failure = {"phase": "call", "exception": name, "message": message, "text": message, **places}

    def _take(self, report: Any, call: Any) -> None:
        if report.failed and self.failure is None:
            self.outcome = "failed"
            self.failure = self._describe(report, call)
        elif report.when == "call" and report.passed and self.failure is None:
            self.outcome = "passed"

    def _describe(self, report: Any, call: Any) -> dict[str, str]:
        excinfo = call.excinfo
        crash = getattr(report.longrepr, "reprcrash", None)
        place = printed_place(report.longrepr) or crash
        return {
            "phase": report.when,
            "exception": excinfo.typename if excinfo is not None else "",
            "message": (crash.message if crash is not None else str(report.longrepr))[:MESSAGE_LIMIT],
            "crash": f"{self._tidy(place.path)}:{place.lineno}" if place is not None else "",
            "where": self._innermost(excinfo, self.owns) if excinfo is not None else "",
            "test_line": self._innermost(excinfo, self._is_victims) if excinfo is not None else "",
            "text": str(report.longrepr)[-TEXT_LIMIT:],
        }

    def _tidy(self, path: str) -> str:
        return self.relative(path) if self.owns(path) else path.replace("\\", "/")

    def _is_victims(self, filename: str) -> bool:
        return filename == str(self.victim.path)

    def _innermost(self, excinfo: Any, owns: Callable[[str], bool]) -> str:
        found, entry = "", excinfo.tb
        while entry is not None:
            filename = entry.tb_frame.f_code.co_filename
            if owns(filename):
                found = f"{self.relative(filename)}:{entry.tb_lineno}"
            entry = entry.tb_next
        return found


def _safe_text(error: BaseException) -> str:
    try:
        return str(error)[:MESSAGE_LIMIT]
    except Exception:  # noqa: BLE001  # the exception is the user's, and so is its __str__
        return ""


def printed_place(longrepr: Any) -> Any:
    """Return the "path:line" that pytest prints last; the frame of the crash itself may be hidden (unittest's)."""
    entries = getattr(getattr(longrepr, "reprtraceback", None), "reprentries", None)
    return getattr(entries[-1], "reprfileloc", None) if entries else None
