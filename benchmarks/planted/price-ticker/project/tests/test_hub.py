import asyncio

import pytest

from ticker import Tick

from .actors import exchange, viewer


class TestConnections:
    def test_twice(self, hub):
        with hub.feed("kim"):
            with pytest.raises(ValueError, match="kim"):
                with hub.feed("kim"):
                    pass
        assert len(hub) == 0

    def test_nobody_listens(self, hub):
        assert asyncio.run(hub.publish(Tick("ACME", 13.0))) == 0
        assert hub.last == {"ACME": 13.0}


class TestTrading:
    def test_symbols(self, hub, audit):
        async def scenario():
            with hub.feed("kim", "GLOB") as feed:
                await exchange(hub, rounds=2)
                return feed.pending()

        assert [tick.price for tick in asyncio.run(scenario())] == [101.0, 101.25]
        assert audit.seen_by("kim") == 2

    def test_visitor(self, hub, audit):
        async def scenario():
            with hub.feed("desk") as desk:
                visitor = asyncio.create_task(viewer(hub, "visitor", "ACME", patience=0.05))
                await exchange(hub, rounds=6)
                return desk.pending(), await visitor

        ticks, seen = asyncio.run(scenario())
        assert len(ticks) == 18
        assert 0 < len(seen) <= 6
        assert audit.seen_by("desk") == 18
