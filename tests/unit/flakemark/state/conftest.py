"""The project, loaded anew for each test."""

from __future__ import annotations

import decimal
import locale
import logging
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.flakemark.state.shop import SOURCE, load


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
