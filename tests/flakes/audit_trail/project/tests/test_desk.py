import asyncio

from orders import Desk


def test_order_is_charged():
    receipt = asyncio.run(Desk().place("tea"))
    assert len(receipt) == 32


def test_order_is_audited():
    async def scenario():
        desk = Desk()
        await desk.place("tea")
        return list(desk.trail)  # CAUSE

    trail = asyncio.run(scenario())
    assert len(trail) == 1
    assert trail[0].startswith("tea:")
