from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from typing import Sequence

from parcelquotes.model import Carrier, Parcel, Quote

log = logging.getLogger(__name__)


class NoQuote(LookupError):
    pass


class Broker:
    """Asks all carriers at once; whoever does not answer in time is left out."""

    def __init__(self, carriers: Sequence[Carrier], patience: float = 2.0):
        self.carriers = list(carriers)
        self.patience = patience
        self._executor = ThreadPoolExecutor(max_workers=max(len(self.carriers), 1))

    def close(self) -> None:
        self._executor.shutdown(wait=True)

    def __enter__(self) -> "Broker":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def quotes(self, parcel: Parcel) -> list[Quote]:
        pending: dict[str, Future[Quote | None]] = {
            carrier.name: self._executor.submit(carrier.quote, parcel) for carrier in self.carriers
        }
        quotes = []
        for name, future in pending.items():
            try:
                quote = future.result(timeout=self.patience)
            except TimeoutError:
                log.info("%s did not answer", name)
                continue
            if quote is not None:
                quotes.append(quote)
        return sorted(quotes)

    def cheapest(self, parcel: Parcel) -> Quote:
        quotes = self.quotes(parcel)
        if not quotes:
            raise NoQuote(parcel.country)
        return quotes[0]

    def fastest(self, parcel: Parcel) -> Quote:
        quotes = self.quotes(parcel)
        if not quotes:
            raise NoQuote(parcel.country)
        return min(quotes, key=lambda quote: (quote.days, quote.cents))
