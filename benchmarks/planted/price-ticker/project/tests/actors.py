import asyncio
import random

from ticker import Tick

PRICES = {"ACME": 12.5, "GLOB": 101.0, "INIT": 7.25}


async def exchange(hub, rounds, pace=0.02):
    sent = 0
    for number in range(rounds):
        await asyncio.sleep(random.uniform(0.5, 1.5) * pace)
        for symbol, price in PRICES.items():
            sent += await hub.publish(Tick(symbol, price + number / 4))
    return sent


async def viewer(hub, name, *symbols, patience):
    with hub.feed(name, *symbols) as feed:
        await asyncio.sleep(patience)
        return feed.pending()
