def test_starts_at_zero(make_ramp):
    assert next(iter(make_ramp())) == 0.0


def test_schedule(make_ramp):
    ramp = make_ramp(ceiling=4.0, steps=4)
    assert ramp.schedule(5) == [(0, 0.0), (5, 1.0), (10, 2.0), (15, 3.0)]


def test_number_of_steps(make_ramp):
    ramp = make_ramp(steps=7)
    assert len(list(ramp)) == 7


def test_never_above_ceiling(make_ramp):
    ramp = make_ramp()
    assert all(flow < ramp.ceiling for flow in ramp)
