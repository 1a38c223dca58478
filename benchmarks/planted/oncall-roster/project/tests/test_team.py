from oncall import Engineer


def test_qualified(team):
    assert team.qualified("db", "tue") == {"amara", "chiara", "eleni"}


def test_away(team):
    assert team.qualified("network", "mon") == {"dmitri"}


def test_join_and_leave(team):
    team.join(Engineer("farid", ("gpu",)))
    assert team.qualified("gpu", "mon") == {"farid"}
    team.leave("farid")
    assert not team.qualified("gpu", "mon")
