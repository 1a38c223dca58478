import pytest

from notesearch import Index

from .support import on_loop


class TestIndex:
    @on_loop
    async def test_update_replaces(self):
        index = Index()
        await index.update("a", "boats and rivers")
        await index.update("a", "trains")
        assert (index.search("river"), index.search("train")) == ([], ["a"])
        assert index.size == 1
        assert index.excerpt("a") == "trains"

    @pytest.mark.parametrize("query, expected", [("hill", ["b", "a"]), ("the", []), ("HILLS sea", ["b", "a", "c"])])
    @on_loop
    async def test_ranking(self, query, expected):
        index = Index()
        for key, text in {"a": "hills", "b": "hill after hill", "c": "sea"}.items():
            await index.update(key, text)
        assert index.search(query) == expected
