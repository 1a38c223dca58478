import os

import pytest

from uploadgate.client import Uploader
from uploadgate.policy import Policy
from uploadgate.server import UploadServer


@pytest.fixture
def server():
    server = UploadServer(Policy(max_bytes=4096)).start()
    yield server
    server.stop()


@pytest.fixture
def uploader(server):
    return Uploader(server.server_address)


@pytest.fixture
def noise():
    return os.urandom
