from uploads.store import Outcome, Store

__all__ = ["Outcome", "Store"]
