import pytest

from .support import on_loop, spin


class TestSaving:
    @on_loop
    async def test_note_is_there_at_once(self, notebook):
        note = notebook.save("Shopping", "apples, pears")
        assert notebook.notes == {"Shopping": note}
        await notebook.aclose()

    @on_loop
    async def test_remove(self, notebook):
        notebook.save("Shopping", "apples")
        await notebook.aclose()
        notebook.remove("Shopping")
        assert notebook.find("apples") == []


class TestFinding:
    @on_loop
    async def test_found_after_saving(self, notebook, essay):
        note = notebook.save("Wanderings", essay)
        await spin()
        assert notebook.find("evenings") == [note]

    @pytest.mark.parametrize("query", ["pear", "PEARS", "pears and apples"])
    @on_loop
    async def test_variants(self, notebook, query):
        note = notebook.save("Shopping", "apples, pears")
        await notebook.aclose()
        assert notebook.find(query) == [note]
