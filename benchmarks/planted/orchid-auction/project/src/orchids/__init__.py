from orchids.auction import Auction, Bid, Lot, Unsold

__all__ = ["Auction", "Bid", "Lot", "Unsold"]
