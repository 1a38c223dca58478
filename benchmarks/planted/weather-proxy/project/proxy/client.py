import asyncio

from proxy.cache import TTLCache


def request_key(endpoint, params):
    cleaned = frozenset((k, str(v)) for k, v in params.items() if v is not None)
    return f"{endpoint}?{cleaned}"


class WeatherProxy:
    def __init__(self, fetch, cache=None):
        self.fetch = fetch
        self.cache = cache if cache is not None else TTLCache()
        self._lock = asyncio.Lock()

    async def query(self, endpoint, **params):
        key = request_key(endpoint, params)
        async with self._lock:
            hit = self.cache.get(key)
            if hit is not None:
                return hit
            answer = await self.fetch(endpoint, params)
            self.cache.put(key, answer)
            return answer
