"""`python -m flakemark`: what is raised becomes an exit code and one line."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from flakemark import __main__ as face
from flakemark.errors import EnvironmentBroken, UsageError


@pytest.fixture(autouse=True)
def same_handler_afterwards() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("no such file"), 2, "flakemark: no such file\n"),
        (EnvironmentBroken("no pytest"), 3, "flakemark: no pytest\n"),
        (KeyboardInterrupt(), 130, "flakemark: interrupted\n"),
    ],
)
def test_what_is_raised_becomes_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, line: str
) -> None:
    def parse(argv: list[str]) -> None:
        raise error

    monkeypatch.setattr(face, "parse", parse)
    assert face.main([]) == code
    assert capsys.readouterr() == ("", line)


def test_a_termination_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face, "parse", lambda argv: signal.raise_signal(signal.SIGTERM))
    assert face.main([]) == 130
