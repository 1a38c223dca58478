import asyncio


async def eventually(check):
    for _ in range(7):
        if check():
            break
        await asyncio.sleep(0.002)
