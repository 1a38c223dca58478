import asyncio
import random
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quote:
    symbol: str
    price: Decimal
    source: str


class Exchange:
    def __init__(self, book):
        self.book = {symbol: Decimal(price) for symbol, price in book.items()}
        self.asked = []

    async def last(self, symbol):
        self.asked.append(symbol)
        await asyncio.sleep(random.betavariate(2, 2) * 0.013 + 0.004)
        return self.book[symbol]


class Broker:
    def __init__(self, exchange, closing, patience=0.014):
        self.exchange = exchange
        self.closing = {symbol: Decimal(price) for symbol, price in closing.items()}
        self.patience = patience

    async def quote(self, symbol):
        try:
            async with asyncio.timeout(self.patience):
                price = await self.exchange.last(symbol)
        except TimeoutError:
            return Quote(symbol, self.closing[symbol], "close")
        return Quote(symbol, price, "live")

    async def value(self, holdings):
        total = Decimal(0)
        for symbol, count in holdings.items():
            total += (await self.quote(symbol)).price * count
        return total
