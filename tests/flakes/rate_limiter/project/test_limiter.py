import asyncio
import random

from limiter import Limiter


async def crowd(limiter, size):
    names = [f"job-{number}" for number in range(size)]
    random.shuffle(names)
    await asyncio.gather(*(limiter.run(name) for name in names))
    return names


def test_never_more_than_two_at_once():
    async def scenario():
        limiter = Limiter(slots=2)
        names = await crowd(limiter, 5)
        return limiter, names

    limiter, names = asyncio.run(scenario())
    assert limiter.peak == 2
    assert sorted(name for _, name in limiter.log) == sorted(names)
