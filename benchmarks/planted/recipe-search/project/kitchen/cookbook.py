import asyncio
import re


class Cookbook:
    def __init__(self, recipes, index):
        self.recipes = recipes
        self.index = index
        self._running = set()

    async def add(self, title, text):
        await self.recipes.put(title, text)
        job = asyncio.create_task(self._index(title, text))
        self._running.add(job)
        job.add_done_callback(self._running.discard)
        return title

    async def _index(self, title, text):
        for word in sorted(set(re.findall(r"[a-z]{4,}", text.lower()))):
            titles = await self.index.get(word, ())
            await self.index.put(word, (*titles, title))

    async def find(self, word):
        titles = await self.index.get(word, ())
        return [(title, await self.recipes.get(title)) for title in titles]

    async def rename(self, old, new):
        text = await self.recipes.get(old)
        await self.recipes.put(new, text)
        return text
