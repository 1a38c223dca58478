import pytest

from labelprinter import Label, Spool
from labelprinter.notify import Notifier

ADDRESS = """
    Ada Lovelace
    12 St James's Square
    London SW1
"""


@pytest.fixture
def label():
    return Label.parse(ADDRESS)


@pytest.fixture(scope="module")
def printer(tmp_path_factory):
    return tmp_path_factory.mktemp("zebra-01")


@pytest.fixture
def notifier(tmp_path):
    return Notifier(tmp_path / "outbox")


@pytest.fixture
def spool(printer, notifier):
    with Spool(printer, notifier) as spool:
        yield spool
    for path in printer.glob("*.zpl"):
        path.unlink()
