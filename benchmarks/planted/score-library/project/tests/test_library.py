import random


def test_titles(library):
    assert library.titles() == ["canon", "etude", "symphony"]


def test_parse(library):
    flute, bassoon = library.load("canon").parts
    assert [note.pitch for note in bassoon.notes()] == ["C3", "D3", "E3", "F3"]
    assert len(flute.measures) == 2


def test_open_scores_are_shared(library):
    first = library.load("etude")
    assert library.load("etude") is first
    assert library.reads == 1


def test_any_score_has_notes(library):
    title = random.choice(library.titles())
    assert all(list(part.notes()) for part in library.load(title).parts)


def test_closed_scores_are_forgotten(library):
    etude = library.load("etude")
    assert len(etude) >= 8
    del etude
    symphony = library.load("symphony")
    assert len(symphony) == 60
    assert library.open_titles() == ["symphony"]
