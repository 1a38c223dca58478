import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from turnstile.tally import Tally
from turnstile.tickets import Ticket, season_batch


@pytest.fixture
def tally():
    return Tally()


def at_once(*jobs):
    barrier = threading.Barrier(len(jobs))

    def run(job):
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_gates(tally):
    tally.admit(Ticket("a", "family", "B"))
    tally.admit(Ticket("b", "single", "B"))
    assert (tally.at("A"), tally.at("B"), tally.total) == (0, 5, 5)


def test_ticket_is_valid_once(tally):
    ticket = Ticket("a")
    assert tally.admit(ticket)
    assert not tally.admit(ticket)
    assert tally.refused == ["a"]


def test_copied_tickets(tally):
    tickets = season_batch(50)
    admitted = at_once(*[lambda: tally.admit_all(tickets)] * 3)
    assert sum(admitted) == 50
    assert len(tally.refused) == 100


def test_season(tally):
    tickets = season_batch(400)
    assert tally.admit_all(tickets) == 400
    assert tally.total == sum(ticket.persons() for ticket in tickets)


def test_rush_hour(tally):
    queues = [[Ticket(f"{row}/{seat}", gate="C") for seat in range(4000)] for row in range(4)]
    at_once(*[lambda queue=queue: tally.admit_all(queue) for queue in queues])
    assert tally.refused == []
    assert tally.at("C") == 16000
