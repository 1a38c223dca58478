import pytest

from wikilet import Page


def test_wanted(space):
    assert {"travel-costs", "people-team"} <= set(space.wanted())
    assert "holidays" not in space.wanted()


def test_orphans(space):
    space.add("Parking")
    assert space.orphans() == ["parking"]


def test_duplicate(space):
    with pytest.raises(KeyError):
        space.add("handbook!")


def test_edit_is_visible(space, later):
    later()
    page = space.pages["holidays"]
    assert page.edit("# Holidays\n28 days.")
    assert not page.pristine
    assert "last edited" in page.byline()


def test_edit_without_change():
    page = Page("Parking", "", "parking", created=1_700_000_000_000, modified=1_700_000_000_000)
    page.digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert not page.edit("")
    assert page.byline() == "created 2023-11-14T22:13:20+00:00"


def test_drafts(space, later):
    later()
    space.pages["on-boarding"].edit("Welcome!")
    assert space.drafts() == ["handbook", "holidays"]
