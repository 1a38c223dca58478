import random

import pytest

from guestlist import AlreadyArrived, Guest, Registry, UnknownCode


def test_invite(registry):
    invitation = registry.invite(Guest("Ada Moreau"))
    assert invitation.table == 1
    assert len(invitation.code) == 4
    assert registry.expected() == ["Ada Moreau"]


def test_plus_one_needs_two_seats():
    registry = Registry(seats_per_table=3)
    tables = [i.table for i in registry.invite_all([Guest("A", plus_one=True), Guest("B", plus_one=True), Guest("C")])]
    assert tables == [1, 2, 1]


def test_diets(registry, family):
    registry.invite_all(family)
    assert registry.diets() == {"any": 1, "vegan": 3}


class TestCheckIn:
    def test_unknown_code(self, registry):
        with pytest.raises(UnknownCode):
            registry.check_in("zzzz")

    def test_lower_case_is_fine(self, registry):
        invitation = registry.invite(Guest("Gus Quist"))
        assert registry.check_in(f" {invitation.code.lower()} ") is invitation

    def test_only_once(self, registry):
        code = registry.invite(Guest("Gus Quist")).code
        registry.check_in(code)
        with pytest.raises(AlreadyArrived, match="Gus Quist"):
            registry.check_in(code)

    def test_whole_party(self, registry, crowd):
        codes = [invitation.code for invitation in registry.invite_all(crowd)]
        random.shuffle(codes)
        for code in codes:
            registry.check_in(code)
        assert registry.expected() == []
        assert len(registry) == len(crowd)
