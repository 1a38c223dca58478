from retrypolicy.backoff import Backoff
from retrypolicy.policy import GaveUp, Retry

__all__ = ["Backoff", "GaveUp", "Retry"]
