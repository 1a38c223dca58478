import shutil
import tempfile
from pathlib import Path

import pytest

from thumbs import Thumbnails


@pytest.fixture
def folder():
    name = Path(tempfile.mkdtemp(prefix="thumbs-"))
    yield name
    shutil.rmtree(name)


@pytest.fixture
def thumbnails(folder):
    return Thumbnails(folder)


def test_the_picture_is_kept(thumbnails, folder):
    thumbnails.add("cat", b"meow" * 2_000)
    assert (folder / "cat.full").read_bytes() == b"meow" * 2_000


def test_sizes_are_made(folder):
    thumbnails = Thumbnails(folder)
    thumbnails.add("dog", b"wuff" * 10)
    thumbnails.close()
    assert len(list(folder.iterdir())) == 7
