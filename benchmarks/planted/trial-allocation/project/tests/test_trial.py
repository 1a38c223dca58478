from datetime import datetime, timedelta, timezone

import pytest


class TestSites:
    def test_numbers(self, berlin):
        assert [berlin.enrol().number for _ in range(3)] == ["BER-001", "BER-002", "BER-003"]

    def test_code_is_unique(self, trial):
        with pytest.raises(KeyError):
            trial.open_site("LYS")

    def test_lists_are_independent(self, trial):
        lists = [site.schedule.preview(8) for site in trial.sites.values()]
        assert lists[0] != lists[1]

    def test_enrolment_keeps_other_site(self, trial, berlin):
        before = trial.sites["LYS"].schedule.preview(4)
        berlin.enrol()
        assert trial.sites["LYS"].schedule.preview(4) == before


def test_pseudonyms_are_distinct(trial):
    for site in trial.sites.values():
        for _ in range(20):
            site.enrol()
    assert len(trial.pseudonyms()) == 40


def test_balance_after_full_blocks(trial):
    for site in trial.sites.values():
        for _ in range(8):
            site.enrol()
    assert trial.imbalance() == 0


def test_enrolment_time(berlin):
    participant = berlin.enrol()
    age = datetime.now(timezone.utc) - participant.enrolled
    assert timedelta(0) <= age < timedelta(minutes=1)
