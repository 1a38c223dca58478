import hashlib

import pytest

from uploadgate.client import Rejected


@pytest.mark.parametrize("size", [0, 1, 4096])
def test_stored(server, uploader, noise, size):
    body = noise(size)
    assert uploader.upload("data.csv", body) == hashlib.sha256(body).hexdigest()[:16]
    assert server.files == {"data.csv": body}


def test_too_large(server, uploader, noise):
    with pytest.raises(Rejected, match="413 more than 4096 bytes"):
        uploader.upload("photo.png", noise(48_000))
    assert server.files == {}


def test_names_with_spaces(server, uploader, noise):
    uploader.upload("my notes.txt", noise(20))
    assert [(name, status) for _, name, status in server.log] == [("my notes.txt", 201)]
