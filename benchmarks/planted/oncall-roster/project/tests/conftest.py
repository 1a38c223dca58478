import pytest

from oncall import Engineer, Planner, Team


@pytest.fixture
def team():
    return Team.of(
        [
            Engineer("amara", ("web", "db")),
            Engineer("bartosz", ("web",)),
            Engineer("chiara", ("db", "network"), away=("mon",)),
            Engineer("dmitri", ("web", "network"), away=("fri", "sat")),
            Engineer("eleni", ("db",), away=("wed",)),
        ]
    )


@pytest.fixture
def planner(team):
    return Planner(team)
