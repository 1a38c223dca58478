from kiosk.client import Feed, FeedError
from kiosk.screens import Screen, compose

__all__ = ["Feed", "FeedError", "Screen", "compose"]
