import random

import pytest

from flags import enabled


@pytest.fixture
def banner_flag(monkeypatch):
    monkeypatch.setenv("FLAGS", '{"banner": true, "dark_mode": true}')
    return random.random()


def test_banner_is_on(banner_flag):
    assert enabled("banner"), banner_flag  # CAUSE
