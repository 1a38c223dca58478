from dataclasses import dataclass, field


@dataclass
class Portfolio:
    weights: dict = field(default_factory=dict)

    def hold(self, ticker, weight):
        self.weights[ticker] = self.weights.get(ticker, 0.0) + weight
        return self

    @property
    def tickers(self):
        return frozenset(self.weights)

    def exposure(self, tickers=None):
        total = 0.0
        for ticker in tickers or self.tickers:
            total += self.weights[ticker]
        return total

    def overlap(self, other):
        return self.exposure(self.tickers & other.tickers)

    def largest(self):
        return max(self.weights, key=self.weights.get)
