import pytest

from guestlist import Guest
from guestlist.badges import WIDTH, badge


@pytest.mark.parametrize("name", ["Ada Moreau", "Jean-Baptiste Grenouille", "Li"])
def test_badge_width(registry, name):
    lines = badge(registry.invite(Guest(name))).splitlines()
    assert {len(line) for line in lines} == {WIDTH}


def test_badge_shows_the_code(registry):
    invitation = registry.invite(Guest("Edda Petit"))
    assert invitation.code in badge(invitation)
