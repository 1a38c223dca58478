import random
from datetime import datetime, timedelta, timezone

from nightsky import observable, plan
from nightsky.plan import Slot, Target, shuffled

DUSK = datetime(2026, 9, 12, 19, 40, tzinfo=timezone.utc)


def test_slot():
    slot = Slot(Target("M57", 33.0, minutes=random.randint(10, 40)), DUSK)
    assert slot.end - slot.start == timedelta(minutes=slot.target.minutes)


def test_low_targets_are_left_out(targets):
    assert [target.name for target in observable(targets)] == ["M13", "Fomalhaut", "M7"]


def test_first_target_starts_at_dusk(targets):
    assert plan(targets, DUSK)[0].start == DUSK


def test_shuffled(targets):
    slots = plan(targets[:1], DUSK)
    assert shuffled(slots) == slots


def test_now(targets):
    before = datetime.now(timezone.utc)
    assert plan(targets)[0].start >= before
