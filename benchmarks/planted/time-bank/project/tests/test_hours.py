import asyncio
import random

import pytest

from timebank.hours import NotEnough, TimeBank
from timebank.notary import Notary


class TestHours:
    @pytest.fixture
    def bank(self):
        return TimeBank(Notary(), ann=10, bea=10, cem=0)

    async def _helping(self, bank, donor, hours):
        await asyncio.sleep(random.uniform(0, 0.02))
        return await bank.give(donor, "cem", hours)

    def test_single_gift(self, bank):
        deed = asyncio.run(bank.give("ann", "bea", 4))
        assert bank.notary.deeds[deed] == ("ann", "bea")
        assert bank.members["bea"].hours == 14

    def test_too_generous(self, bank):
        with pytest.raises(NotEnough) as info:
            asyncio.run(bank.give("cem", "ann", 3))
        assert info.value.missing == 3

    def test_concurrent_gifts(self, bank):
        async def evening():
            return await asyncio.gather(self._helping(bank, "ann", 2), self._helping(bank, "bea", 5))

        deeds = asyncio.run(evening())
        assert sorted(bank.members["cem"].deeds) == sorted(deeds)
        assert (bank.members["cem"].hours, bank.total()) == (7, 20)

    def test_total(self, bank):
        assert bank.total() == 20
