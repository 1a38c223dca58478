import importlib

import pytest

from uploads import policy


@pytest.fixture
def configured(monkeypatch):
    def configure(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"UPLOADS_{name}", value)
        return importlib.reload(policy)

    yield configure
    monkeypatch.undo()
    importlib.reload(policy)


def test_defaults():
    assert policy.MAX_BYTES == 65536
    assert ".pdf" in policy.SUFFIXES


def test_limit(configured):
    assert configured(MAX_KB="2").MAX_BYTES == 2048


def test_suffixes(configured):
    policy = configured(SUFFIXES=".png .jpg")
    policy.check("cat.png", b"\x89PNG")
    with pytest.raises(policy.Unsupported, match=".jpg, .png"):
        policy.check("notes.txt", b"")


def test_bad_number(configured):
    with pytest.raises(ValueError):
        configured(MAX_KB="lots")
