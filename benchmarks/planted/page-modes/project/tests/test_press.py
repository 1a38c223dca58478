import time

import pytest

from press.keys import KeyRotator
from press.site import Site


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "htdocs"
    root.mkdir()
    return Site(root)


@pytest.fixture
def rotator(tmp_path):
    rotator = KeyRotator(tmp_path / "signing.key", b"correct horse")
    yield rotator
    if rotator.is_alive():
        rotator.stop()


def test_key_is_private(rotator):
    rotator.rotate()
    assert rotator.path.stat().st_mode & 0o777 == 0o600


def test_markup_is_escaped(site):
    page = site.publish("q-a", "Q & A", "1 < 2")
    assert page.read_text() == "<h1>Q &amp; A</h1>\n<p>1 &lt; 2</p>\n"


def test_publishing_goes_on_during_rotation(site, rotator):
    rotator.start()
    while rotator.generation < 2:
        time.sleep(0.01)
    page = site.publish("news", "News", "All is well")
    assert site.readable_by_all(page)


def test_each_rotation_changes_the_key(rotator):
    rotator.rotate()
    first = rotator.path.read_bytes()
    rotator.rotate()
    assert rotator.path.read_bytes() != first
