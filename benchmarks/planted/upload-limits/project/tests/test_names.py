import pytest

from uploads.errors import BadName, UploadError


@pytest.mark.parametrize("name", ["../passwd", ".env", "a/b.txt"])
def test_refused(store, name):
    with pytest.raises(BadName):
        store.put(name, b"")
    assert store.usage() == 0


def test_status():
    assert BadName.status == UploadError.status == 400


def test_keys_differ(store):
    assert len({store.put("a.txt", b"x").key for _ in range(5)}) == 5
