import pytest


class TestPutAll:
    FILES = {"notes.txt": b"milk, eggs", "report.pdf": b"%PDF-1.7", "song.mp3": b"ID3"}

    def test_stored(self, store):
        outcomes = store.put_all({name: data for name, data in self.FILES.items() if name != "song.mp3"})
        assert [store.get(outcome.key) for outcome in outcomes] == [b"milk, eggs", b"%PDF-1.7"]
        assert store.usage() == 18

    def test_mixed(self, store):
        outcomes = store.put_all(self.FILES)
        assert [outcome.status for outcome in outcomes] == [201, 201, 415]
        assert store.rejected == ["song.mp3"]

    @pytest.mark.parametrize("size, ok", [(0, True), (1000, True), (64 * 1024, True)])
    def test_sizes(self, store, size, ok):
        assert store.put("data.csv", bytes(size)).ok is ok
