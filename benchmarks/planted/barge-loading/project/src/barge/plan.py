import logging
import time

from barge.cargo import Hold

log = logging.getLogger(__name__)


def in_lots(bookings, limit):
    for lot, tonnes in bookings:
        if tonnes > limit:
            raise ValueError(f"{lot} is too heavy for any hold")
        yield lot, tonnes


def plan(bookings, capacity):
    began = time.perf_counter()
    holds = []
    for lot, tonnes in in_lots(bookings, capacity):
        hold = next((h for h in holds if h.fits(tonnes)), None)
        if hold is None:
            hold = Hold(capacity)
            holds.append(hold)
        hold.load(lot, tonnes)
    log.info("%d holds in %.4f s", len(holds), time.perf_counter() - began)
    return holds
