import pytest

from wikilet.markup import links, outline, slugify


@pytest.mark.parametrize("title, slug", [("On Boarding", "on-boarding"), ("  C++ & Rust ", "c-rust"), ("", "")])
def test_slugify(title, slug):
    assert slugify(title) == slug


def test_links():
    assert links("[[A B]], [[A B|again]] and [[C]]") == {"a-b", "c"}


def test_outline(handbook):
    assert outline(handbook)[:3] == [(1, "Handbook"), (2, "Contact"), (2, "History")]
