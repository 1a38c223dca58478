import time

import pytest

from suggest import Backend, SearchBox

WORDS = {"maple", "magnolia", "mango", "mahogany", "medlar"}


def type_text(box, text, gap=0.008):
    for key in text:
        box.press(key)
        time.sleep(gap)


class TestSuggest:
    @pytest.fixture(autouse=True)
    def make_backend(self):
        self.backend = Backend(WORDS)

    def test_results_are_sorted(self):
        assert self.backend.ask("ma") == ["magnolia", "mahogany", "mango", "maple"]

    def test_single_key(self):
        box = SearchBox(self.backend)
        box.press("m")
        box.idle()
        assert len(box.shown) == 5

    def test_burst_asks_once(self):
        box = SearchBox(self.backend)
        type_text(box, "man")
        box.idle()
        assert self.backend.queries == ["man"]

    def test_backspace(self):
        box = SearchBox(self.backend, quiet=0.2)
        for key in "mx<":
            box.press(key)
        assert box.text == "m"
