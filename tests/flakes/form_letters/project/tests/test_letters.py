from letters import Letter


def test_numbers_differ():
    assert Letter("ada").number != Letter("ada").number


def test_the_name_is_filled_in():
    assert Letter("ada").text() == "Dear ada,\n"
