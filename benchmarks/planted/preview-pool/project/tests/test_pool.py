import zlib


def test_previews(pool, library):
    pool.request("memo", "report", "thesis")
    pool.wait()
    assert sorted(pool.previews) == ["memo", "report", "thesis"]
    assert zlib.decompress(pool.previews["memo"]).decode() == library.open("memo").text


def test_preview_of_a_new_version(pool, library):
    pool.request("memo")
    pool.wait()
    old = zlib.decompress(pool.previews["memo"]).decode()
    assert old.count("\n") == 23
    library.update("memo", "Short notice.")
    pool.request("memo")
    pool.wait()
    assert zlib.decompress(pool.previews["memo"]) == b"Short notice."


def test_request_twice(pool):
    pool.request("report", "report")
    pool.wait()
    assert list(pool.previews) == ["report"]


def test_close_works_off_the_queue(library, pool):
    pool.request("thesis", "memo")
    pool.close()
    assert len(pool.previews) == 2


def test_journal(library, pool, tmp_path):
    pool.request("thesis", "memo")
    pool.close()
    lines = (tmp_path / "previews.log").read_text().splitlines()
    assert sorted(line.split()[:2] for line in lines) == [["memo", "1"], ["thesis", "38"]]
