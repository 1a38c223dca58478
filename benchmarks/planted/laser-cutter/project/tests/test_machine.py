import time

import pytest

from beamline import Cut, Job, JobRefused, Machine, State


def test_square(machine, head, square):
    assert machine.run(square)
    assert machine.done == [square.ident]
    assert len(head.moves) == 4


def test_outside_the_bed(machine, head):
    with pytest.raises(JobRefused, match="acrylic"):
        machine.run(Job("acrylic", [Cut(0, 0, 700, 0)]))
    assert machine.state is State.IDLE
    assert head.moves == []


class SlowHead:
    def move(self, cut):
        time.sleep(0.06)


def test_interlock(square):
    machine = Machine(SlowHead(), limit=0.1)
    assert not machine.run(square)
    assert machine.state is State.TRIPPED
    machine.reset()
    assert machine.state is State.IDLE


def test_operator_tries_again(machine, square):
    with pytest.raises(JobRefused):
        machine.run(Job("plywood", [*square.cuts, Cut(10, 10, 10, 500)]))
    time.sleep(0.07)
    assert machine.run(square)
    assert machine.state is State.IDLE


def test_seconds(machine, square):
    machine.run(square)
    assert 0.015 < machine.seconds < 1
