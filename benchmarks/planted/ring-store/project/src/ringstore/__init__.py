from ringstore.ring import Ring
from ringstore.store import Store

__all__ = ["Ring", "Store"]
