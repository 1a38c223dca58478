"""What every part of the test suite shares: golden files, hypothesis profiles, and an environment without leaks."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
ROOT = TESTS.parent

# Planted flakes are input of the tests, run by the product and not by this session.
collect_ignore_glob = ["flakes/*/*"]

# CI repeats the same examples every time: a new one found there would be a flaky test of a flakiness tool.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("developer", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "developer")

LEAKS = ("INPUT_", "GITHUB_", "RUNNER_", "ACTIONS_", "FLAKEMARK_", "PYTEST_", "COV_CORE_")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; git shows what changed")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what a CI run of this very project leaves in the environment of the programs that we test."""
    for name in list(os.environ):
        if name.startswith(LEAKS) and name != "PYTEST_CURRENT_TEST":
            monkeypatch.delenv(name)
    # A developer's proxy knows nothing of our loopback; both spellings are read.
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost,::1")


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/golden/<name>; `--update-golden` rewrites the file instead."""

    def compare(name: str, text: str) -> None:
        path = TESTS / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        if not path.exists():
            pytest.fail(f"no golden file {path.relative_to(ROOT)}: run `make golden PART={request.node.nodeid.split('::')[0]}`")
        expected = path.read_text(encoding="utf-8")
        difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "now", lineterm="")
        assert text == expected, "\n".join(difference)

    return compare
