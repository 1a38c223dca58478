import os
from pathlib import Path

import pytest

from dunning.letters import BUILTIN, available, letter_dir, render


class TestOwnLetters:
    @pytest.fixture(autouse=True)
    def own_letters(self):
        os.environ["DUNNING_LETTERS"] = os.path.relpath(Path(__file__).parent / "letters")

    def test_available(self):
        assert available() == ["reminder"]

    def test_render(self, claim):
        assert render("reminder", claim, days=3).endswith("due on 30.09.2023 / 3 days\n")


def test_unset(monkeypatch):
    monkeypatch.delenv("DUNNING_LETTERS", raising=False)
    assert letter_dir() == BUILTIN
    assert available() == ["final", "reminder"]
