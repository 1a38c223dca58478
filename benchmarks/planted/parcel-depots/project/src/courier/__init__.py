from courier.parcels import Parcel, tracking_number
from courier.quotes import Quote, QuoteDesk

__all__ = ["Parcel", "Quote", "QuoteDesk", "tracking_number"]
