import os

import pytest

from photodrop.client import Receipt, upload
from photodrop.server import Album


@pytest.fixture(scope="module")
def album():
    server = Album()
    yield server
    server.shutdown()
    server.server_close()


def test_small_photo(album):
    assert upload(album.server_address, "cat.jpg", b"\xff\xd8meow") == Receipt(201, "6")


def test_photo_at_the_limit(album):
    pixels = os.urandom(300_000)
    assert upload(album.server_address, "dog.jpg", pixels).accepted
    assert album.photos["/dog.jpg"] == pixels


def test_huge_photo_is_refused(album):
    receipt = upload(album.server_address, "cow.jpg", bytes(300_001))
    assert receipt == Receipt(413, "too large")


def test_nothing_is_kept_of_a_refused_photo(album):
    assert "/cow.jpg" not in album.photos
