import random
import threading

import pytest

from orchids import Auction, Lot, Unsold


@pytest.fixture
def auction():
    return Auction(Lot("Dendrobium kingianum"))


def test_only_bidder_pays_the_reserve(auction):
    auction.bid("Lin", random.randint(60, 90))
    assert auction.close().hammer == 50


def test_unsold(auction):
    auction.bid("Lin", random.randrange(50))
    with pytest.raises(Unsold, match="kingianum"):
        auction.close()


def test_first_of_equal_bids_wins(auction):
    for bidder in ("Lin", "Petra"):
        auction.bid(bidder, 80)
    sale = auction.close()
    assert (sale.bidder, sale.hammer) == ("Lin", 80)


def test_generous_bidder(auction):
    second = random.randint(60, 90)
    auction.bid("Petra", second)
    auction.bid("Lin", random.randint(600, 1900))
    assert auction.close().hammer == second + 5


def test_bids_from_the_floor(auction):
    limits = random.sample(range(50, 95), 5)
    threads = [threading.Thread(target=auction.bid, args=(f"paddle {limit}", limit)) for limit in limits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert auction.close().bidder == f"paddle {max(limits)}"


def test_invoice(auction):
    auction.bid("Lin", 60)
    assert auction.close().invoice == 56
