import pytest

from render import Renderer


@pytest.fixture
def renderer():
    made = Renderer()
    yield made
    made.close()


def test_pages_differ(renderer):
    assert renderer.page(1).result() != renderer.page(2).result()


def test_a_page_is_rendered(renderer):
    page = renderer.page(7)
    assert len(page.result(timeout=60)) == 64
