from ticker.feed import Feed, Tick
from ticker.hub import Hub

__all__ = ["Feed", "Hub", "Tick"]
