import pytest

from labelprint.spooler import Spooler


@pytest.fixture
def spooler(tmp_path):
    spooler = Spooler(tmp_path)
    yield spooler
    spooler.drain()
