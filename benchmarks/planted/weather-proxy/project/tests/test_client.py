import asyncio
import random

import pytest

from proxy.cache import TTLCache
from proxy.client import WeatherProxy


class Upstream:
    def __init__(self):
        self.calls = []

    async def __call__(self, endpoint, params):
        self.calls.append(endpoint)
        await asyncio.sleep(random.uniform(0, 0.005))
        return {"endpoint": endpoint, **params}


@pytest.fixture
def upstream():
    return Upstream()


async def test_repeated_query_is_served_from_cache(upstream):
    proxy = WeatherProxy(upstream)
    first = await proxy.query("hourly", lat=47.1, lon=8.5)
    assert await proxy.query("hourly", lat=47.1, lon=8.5) is first


async def test_parameter_order_does_not_matter(upstream):
    proxy = WeatherProxy(upstream)
    await asyncio.gather(
        proxy.query("daily", lat=47.1, lon=8.5, days=3, lang=None),
        proxy.query("daily", days=3, lon=8.5, lat=47.1),
    )
    assert upstream.calls == ["daily"]


async def test_endpoints_are_kept_apart(upstream):
    proxy = WeatherProxy(upstream)
    await proxy.query("daily", lat=1)
    await proxy.query("hourly", lat=1)
    assert upstream.calls == ["daily", "hourly"]


def test_cache_is_bounded():
    cache = TTLCache(size=2)
    for n in range(5):
        cache.put(n, n)
    assert len(cache) == 2 and cache.get(4) == 4
