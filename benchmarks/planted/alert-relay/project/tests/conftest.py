import pytest

from alertrelay.channels import Memory


@pytest.fixture
def channel():
    return Memory()
