import time

import pytest

from vetclinic import Desk, VisitStore


class LabelPrinter:
    """Takes as long as the real one, on a smaller scale."""

    def __init__(self, per_character=0.0004):
        self.per_character = per_character
        self.labels = []

    def label(self, text):
        time.sleep(len(text) * self.per_character)
        self.labels.append(text)


@pytest.fixture
def printer():
    return LabelPrinter()


@pytest.fixture
def desk(printer):
    store = VisitStore()
    yield Desk(store, printer)
    store.close()
