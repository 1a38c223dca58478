import socket

import pytest

from zoneresolver.zone import Zone

ZONE = """
$ORIGIN example.test.
www    A 192.0.2.10   ; the site
mail   A 192.0.2.25
"""


@pytest.fixture(scope="session")
def address():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()


@pytest.fixture(scope="session")
def zone():
    return Zone.parse(ZONE)
