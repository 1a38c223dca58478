def test_sorted(intake, fill):
    names = fill(5)
    assert [page.stem for page in intake.pages()] == names


def test_taken_once(intake):
    page = intake.add("cover", b"\0" * 10)
    assert intake.take(page)
    assert not intake.take(page)


def test_nothing_left(intake, fill):
    fill(3)
    assert len(list(intake.open_pages())) == 3
    assert list(intake.open_pages()) == []
