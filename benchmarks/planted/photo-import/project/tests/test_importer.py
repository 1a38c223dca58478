import hashlib

import pytest

from photoimport import Camera, Importer


def test_pictures_are_moved(importer, card):
    (card / "IMG_0001.JPG").write_bytes(b"sunset")
    assert importer.scan() == 1
    assert importer.pictures[0].digest == hashlib.sha1(b"sunset").hexdigest()
    assert list(card.iterdir()) == []


def test_protected_picture_is_taken_over_once(importer, card):
    (card / "IMG_0002.JPG").write_bytes(b"sunrise")
    assert [importer.scan(), importer.scan()] == [1, 0]
    assert (card / "IMG_0002.JPG").exists()


def test_while_the_camera_is_shooting(importer, card):
    with Camera(card, 6) as camera:
        importer.follow(camera)
    assert [picture.name for picture in importer.pictures] == [f"IMG_{number:04d}.JPG" for number in range(1, 7)]


def test_other_files_are_ignored(importer, card):
    (card / "IMG_0001.RAW").write_bytes(b"\0" * 10)
    assert importer.scan() == 0


@pytest.mark.parametrize("size", [0, 100_000])
def test_size(tmp_path, card, size):
    importer = Importer(card, tmp_path / "other")
    (card / "x.JPG").write_bytes(b"x" * size)
    importer.scan()
    assert importer.pictures[0].size == size
