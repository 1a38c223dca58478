from parcelquotes.broker import Broker, NoQuote
from parcelquotes.model import Parcel, Quote

__all__ = ["Broker", "NoQuote", "Parcel", "Quote"]
