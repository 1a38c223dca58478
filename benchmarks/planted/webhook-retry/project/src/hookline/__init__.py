from hookline.backoff import Backoff
from hookline.dispatcher import Delivery, Dispatcher

__all__ = ["Backoff", "Delivery", "Dispatcher"]
