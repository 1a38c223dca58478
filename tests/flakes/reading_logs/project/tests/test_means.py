from logbook import daily_means


def test_one_day():
    assert daily_means([("mon", 1), ("mon", 3)]) == {"mon": 2}


def test_a_year():
    readings = [[f"day {number // 24}", float(number % 24)] for number in range(24 * 365)]
    assert set(daily_means(readings).values()) == {11.5}


def test_no_day():
    assert daily_means([]) == {}
