from notes import Notes


def test_an_empty_book():
    assert Notes().texts() == []


def test_notes_are_kept_in_order():
    notes = Notes()
    notes.take("bread")
    notes.take("milk")
    assert notes.texts() == ["bread", "milk"]
