import os

import pytest

from meterwire import Frame


@pytest.fixture(scope="session")
def firmware():
    return os.urandom(64)


@pytest.fixture(scope="session")
def chunks(firmware):
    size = 16
    return [
        Frame(offset, firmware[offset : offset + size])
        for offset in range(0, len(firmware), size)
    ]
