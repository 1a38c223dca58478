from decimal import Decimal

import pytest

from broker import Quote


async def test_unknown_symbol(broker):
    broker.patience = 1
    with pytest.raises(KeyError):
        await broker.quote("NOPE")


async def test_quote_uses_live_price(broker):
    quote = await broker.quote("ACME")
    assert quote == Quote("ACME", Decimal("12.50"), "live")


async def test_falls_back_to_close(broker):
    broker.patience = 0
    assert (await broker.quote("OLDX")).source == "close"


async def test_value(broker, exchange):
    broker.patience = 1
    assert await broker.value({"ACME": 2, "GLOB": 10}) == Decimal("96.00")
    assert exchange.asked == ["ACME", "GLOB"]
