import asyncio
import functools


async def spin(turns=25):
    for _ in range(turns):
        await asyncio.sleep(0)


def on_loop(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))

    return wrapper
