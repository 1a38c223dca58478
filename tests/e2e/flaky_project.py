"""A small project with flaky tests, and the commands on it as people start them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

QUIET = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
DICE = """\
import random
import uuid


def roll():
    ticket = uuid.uuid4().hex
    number = random.randint(1, 4)  # CAUSE
    return ticket, number
"""
TESTS = """\
import pytest
from shop.dice import roll


@pytest.fixture
def rolled():
    return roll()


def test_total(rolled):
    ticket, number = rolled
    assert number not in (3, 4), ticket


def test_other(rolled):
    assert rolled[1] != 2


def test_stable(rolled):
    assert rolled


def test_bug(rolled):
    assert len(rolled) == 3


def test_sometimes():
    import os
    if os.environ.get("FAIL"):
        test_total(roll()[:1] + (3,))
"""
CAUSE = ("shop/dice.py", 7)


def write_project(root: Path) -> Path:
    """Write it; returns its root."""
    files = {"pytest.ini": QUIET, "conftest.py": "", "shop/__init__.py": "", "shop/dice.py": DICE, "tests/test_shop.py": TESTS}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def flakemark(root: Path, *arguments: object, module: str = "flakemark") -> subprocess.CompletedProcess[str]:
    """Run the command in the project."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)


class Started:
    """A command that runs in the background; its processes are known by a mark in their environment."""

    def __init__(self, root: Path, *arguments: object, module: str = "flakemark") -> None:
        self.mark = f"FLAKEMARK_TEST_FAMILY={root}"
        name, _, value = self.mark.partition("=")
        command = [sys.executable, "-u", "-m", module, *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=root, env={**os.environ, name: value}, **pipes)  # type: ignore[call-overload]
        self.output = ""

    def read_until(self, text: str) -> None:
        """Read its output until a text appears in it."""
        while text not in self.output:
            line = self.process.stdout.readline()
            assert line, self.output
            self.output += line

    def send(self, number: signal.Signals) -> int:
        """Signal it, wait, keep the rest of its output; returns the exit code."""
        self.process.send_signal(number)
        self.output += self.process.communicate(timeout=30)[0]
        return self.process.returncode

    def family(self) -> list[str]:
        """List its processes that are alive, in whatever session."""
        return [_read(folder / "cmdline") for folder in Path("/proc").iterdir() if self._is_ours(folder)]

    def gone(self, seconds: float = 8.0) -> bool:
        """Whether all of them end within some seconds, for those that only learn of our death."""
        deadline = time.monotonic() + seconds
        while self.family() and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.family()

    def _is_ours(self, folder: Path) -> bool:
        return folder.name.isdigit() and self.mark in _read(folder / "environ").split("\0")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
