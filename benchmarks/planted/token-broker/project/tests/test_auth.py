import asyncio

from meterlink.auth import Broker, Issuer


def test_token_is_kept(broker, issuer):
    async def run():
        return await broker.token(), await broker.token()

    first, second = asyncio.run(run())
    assert first == second
    assert issuer.issued == 1


def test_token_names_the_client(broker):
    assert asyncio.run(broker.token()).startswith("grid-42.")


def test_expired(issuer):
    short = Issuer(issuer.key_file, lifetime=0)
    broker = Broker(short)
    assert asyncio.run(broker.token()) != asyncio.run(broker.token())
    assert short.issued == 2


def test_invalidate(broker, issuer):
    asyncio.run(broker.token())
    broker.invalidate()
    asyncio.run(broker.token())
    assert issuer.issued == 2
