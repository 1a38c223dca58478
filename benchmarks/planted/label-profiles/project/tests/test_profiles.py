import pytest

from labelkit import profiles
from labelkit.options import override, parse


def test_names():
    assert profiles.names() == ["a6", "jar"]


def test_unknown():
    with pytest.raises(profiles.UnknownProfile, match="letter"):
        profiles.load("letter")


@pytest.mark.parametrize("text, expected", [("page.dpi=600", ("page.dpi", 600)), ("font.name=Lato", ("font.name", "Lato"))])
def test_parse(text, expected):
    assert parse(text) == expected


def test_override():
    assert override({"border": True}, {"border": "no", "ink.color": "red"}) == {"border": "no", "ink": {"color": "red"}}
