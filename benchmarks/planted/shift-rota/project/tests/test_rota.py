from datetime import date

import pytest

from rota.model import Rota, Skill
from rota.report import headline, people


@pytest.fixture
def rota():
    return (
        Rota(date.today())
        .assign(0, Skill.TRIAGE, "Noor")
        .assign(0, Skill.SURGERY, "Elif")
        .assign(1, Skill.TRIAGE, "Jonas")
        .assign(2, Skill.SURGERY, "Noor")
    )


def test_people_are_listed_once(rota):
    assert people(rota) == ["Elif", "Jonas", "Noor"]


def test_uncovered_skills(rota):
    assert rota.uncovered() == {Skill.PHARMACY, Skill.TRANSPORT}


@pytest.mark.parametrize(
    "demand, text",
    [
        ({Skill.TRIAGE: 2, Skill.SURGERY: 2}, "all shifts covered"),
        ({Skill.TRIAGE: 5, Skill.SURGERY: 3, Skill.PHARMACY: 1}, "need 3 more for triage"),
        ({Skill.TRIAGE: 2, Skill.SURGERY: 4, Skill.PHARMACY: 2}, "need 2 more for surgery"),
    ],
    ids=["covered", "short", "pharmacy-day"],
)
def test_headline(rota, demand, text):
    assert headline(rota, demand) == text
