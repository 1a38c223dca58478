import pytest
from hypothesis import settings

from zonekit import Zone

settings.register_profile("zonekit", max_examples=25, deadline=None, database=None)
settings.load_profile("zonekit")


@pytest.fixture
def zone():
    return Zone("example.org.")
