import asyncio

from booking import Hall


def test_a_free_seat_can_be_booked():
    hall = Hall()
    assert asyncio.run(hall.book("A1", "Ada"))
    assert hall.seats == {"A1": "Ada"}


def test_a_seat_is_booked_once():
    hall = Hall()

    async def late(name):
        await asyncio.to_thread(sum, range(60_000))
        return await hall.book("A1", name)

    async def both():
        await asyncio.gather(hall.book("A1", "Ada"), late("Bob"))

    asyncio.run(both())
    assert hall.refused == ["Bob"]
