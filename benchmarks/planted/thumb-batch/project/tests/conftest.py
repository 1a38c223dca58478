import os

import pytest

from thumbbatch import Picture


@pytest.fixture(scope="session")
def album():
    sizes = {"beach": (120, 80), "cat": (60, 60), "dunes": (90, 40), "harbour": (64, 48)}
    return [Picture.noise(name, *size) for name, size in sizes.items()]


@pytest.fixture
def four_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
