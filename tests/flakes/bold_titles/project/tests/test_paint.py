from paint import Paint, interpreter


def test_rule():
    assert Paint().rule(3) == "---"


def test_titles_are_bold():
    paint = Paint()
    assert len(paint.serial) == 32
    assert paint.title(interpreter()).startswith("\033[1m")
