from sandbox.text import concordance


def test_concordance():
    assert list(concordance("b a\nA, c", "c; b")) == [("a", [1, 2]), ("b", [1, 3]), ("c", [2, 3])]


def test_nothing():
    assert list(concordance("", "\n")) == []
